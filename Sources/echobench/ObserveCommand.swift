internal import ArgumentParser
internal import EchoIO
internal import EchoSuite
internal import Foundation

struct ObserveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "observe",
    abstract: "Read what a server uses, on its own machine, while clients on others measure.",
    discussion: """
      Reads running totals: the CPU time of the process and its descendants, each CPU's busy time and \
      what packets took of it, and of TCP what was sent again, timeouts, and connections that a full \
      backlog refused. Any server may be observed. It ends at --until or after --duration, at a signal, \
      or when the process ends; exits with 0, unless that was before the time that was asked for.

      With --format json, a line for each reading: give them to echobench merge beside the clients' \
      reports.

      Examples:
        $ echobench observe --listener 25000 --duration 10s
        $ ssh h1 echobench observe --listener 25000 --until-eof --format json > observe.json
      """)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The server's process; its descendants are read, too.", valueName: "pid"))
  var pid: Int32?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The process that listens at this TCP port.", valueName: "port"))
  var listener: Int?

  @Option(parsing: .unconditional, help: "How long from one reading to the next.")
  var every = Given<TimeSpan>(argument: "100ms")

  @Option(
    parsing: .unconditional,
    help: "End at this moment: 2026-11-29T17:00:00Z, or seconds since 1970.")
  var until: Given<Moment>?

  @Option(parsing: .unconditional, help: "End after this time, whoever sets the clock meanwhile.")
  var duration: Given<TimeSpan>?

  @Flag(help: "End when standard input does, as it does when whoever wrote to it is gone.")
  var untilEof = false

  @Option(help: "How to report: text, or json (one object per line).")
  var format = Format.text

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  func validate() throws {
    guard (pid == nil) != (listener == nil) else {
      throw ValidationError("give one of '--pid' and '--listener'.")
    }
    if let pid, !isAlive(pid) {
      throw ValidationError("'--pid' must be the id of a running process, got \(pid).")
    }
    if let listener, !(1...65535).contains(listener) {
      throw ValidationError("'--listener' must be a port of 1 to 65535, got \(listener).")
    }
    guard try every.check("--every") >= .milliseconds(10) else {
      throw ValidationError("'--every' must be at least 10ms, got \(every).")
    }
    if let until, case let moment = try until.check("--until"), moment.unixNanoseconds < unixNow() {
      throw ValidationError("'--until' must be a moment to come, got \(moment).")
    }
    try duration?.check("--duration")
    if until != nil, duration != nil {
      throw ValidationError("'--until' and '--duration' both say when to end: give one of them.")
    }
  }

  func run() throws {
    let process = try server()
    let stop = StopSignal.onSignals
    let input = untilEof ? try EndOfInput(firing: stop) : nil
    defer {
      if let input {
        stop.fire()
        input.leave()
      }
    }
    let observation = Observation(
      of: process, every: try every.value, until: try end(), or: stop)
    var text = ObserveText()
    if format == .text { try Output.write(ObserveText.heading) }
    let ending = try observation.run { reading in
      switch format {
      case .json: try Output.write(Output.line(json: reading))
      case .text: if let line = text.line(reading) { try Output.write(line) }
      }
      return Output.hasReader
    }
    if case .ended = ending { Output.note("process \(process) has ended") }
    let isBounded = until != nil || duration != nil
    guard isBounded else { return }
    if let signal = StopSignal.caughtSignal { throw ExitCode(128 + signal) }
    if case .ended = ending { throw ExitCode.failure }
  }

  private func end() throws -> Observation.End? {
    if let duration = try duration?.value { return .after(duration) }
    return try until.map { .at(try $0.value) }
  }

  private func server() throws -> Int32 {
    if let pid { return pid }
    let port = listener ?? 0
    let servers = ProcessFamily.servers(atPort: UInt16(port))
    guard let server = servers.first else {
      throw RunError(
        "nobody is seen to listen at port \(port): is the server running, and may this user see its"
          + " descriptors? Give --pid otherwise.")
    }
    guard servers.count == 1 else {
      let list = servers.map(String.init).joined(separator: ", ")
      throw RunError("several processes listen at port \(port): give --pid with one of \(list).")
    }
    return server
  }
}
