public import ArgumentParser
internal import EchoIO
public import EchoSuite

extension AnatomyFormat: ExpressibleByArgument {}

struct AnatomyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anatomy",
    abstract: "Count what a message costs a server: system calls, switches, faults, instructions.",
    discussion: """
      Starts the server, and drives it, a few times: what is counted says nothing of speed. What this \
      machine does not permit is unavailable, with the reason. Exits with 1 when the server does not \
      run, with 3 when it is wrong.

      Examples:
        $ echobench anatomy --backend libuv
        $ echobench anatomy --server './my-server --listen {address}' --connections 50 --engine event
        $ echobench anatomy --backend dispatch --size 64k --format json
      """)

  @Option(help: ArgumentHelp("A backend of this program.", valueName: "name"))
  var backend: BackendName?

  @Option(
    help: ArgumentHelp(
      "Any other server: a command with {address}, or {host} and {port}.", valueName: "command"))
  var server: String?

  @OptionGroup var load: LoadOptions

  @Option(
    parsing: .unconditional, help: "Bytes that the backend offers to each read. (default: 64k)")
  var bufferSize: Given<ByteCount>?

  @Option(
    parsing: .unconditional, help: "Threads of the backend. (default: what the backend lists)")
  var threads: Given<Count>?

  @Option(
    name: .both("d"),
    parsing: .unconditional, help: "How long the longest of the clients sends, each time.")
  var duration = Given<TimeSpan>(argument: "400ms")

  @Flag(
    inversion: .prefixedNo,
    help: "Count a backend's instructions, too, which takes some seconds.")
  var instructions = true

  @Option(help: "How to report: text, json or markdown.")
  var format = AnatomyFormat.text

  @Option(help: "Write the report to this file instead of to standard output.", completion: .file())
  var output: String?

  func validate() throws {
    guard (backend == nil) != (server == nil) else {
      throw ValidationError("Give '--backend' or '--server': one of them is counted.")
    }
    if let rule = SuiteLimits.duration.problem(try duration.check("--duration")) {
      throw ValidationError("'--duration' \(rule), got \(duration).")
    }
    try bufferSize?.check("--buffer-size")
    if let count = try threads?.check("--threads").value,
      let rule = SuiteLimits.threads.problem(count)
    {
      throw ValidationError("'--threads' \(rule), got \(count).")
    }
    for (option, isGiven) in [("--threads", threads != nil), ("--buffer-size", bufferSize != nil)]
    where server != nil && isGiven {
      throw ValidationError("'\(option)' is for backends: put it into the command of '--server'.")
    }
    _ = try scenario
  }

  func run() throws {
    let stop = StopSignal.onSignals
    if let complaint = BuildConfiguration.current.complaint { Output.note("warning: \(complaint)") }
    if let reason = backend?.backend.unavailability {
      throw RunError("backend \(backend?.backend.name ?? "") cannot run here: \(reason)")
    }
    raiseDescriptorLimit()
    let executor = AnatomyProcesses(
      window: try duration.value, program: try .running(), until: stop)
    let record: AnatomyRecord
    do {
      record = try executor.run(
        try scenario, seed: .random(in: 0..<1 << 53),
        withoutInstructions: instructions ? nil : "they were not asked for")
    } catch is CancellationError {
      throw ExitCode(128 + (StopSignal.caughtSignal ?? 0))
    }
    try Output.write(try format.render(record), to: output)
    guard let reason = record.outcome.reason else { return }
    if format != .text || output != nil { Output.note(reason) }
    throw ExitCode(record.outcome.isWrong ? 3 : 1)
  }

  private var scenario: Scenario {
    get throws {
      let load = try load.loadOfOneSize
      guard let server else {
        let name = backend?.backend.name ?? ""
        let kind = Server.Kind.backend(name: name)
        let buffer = try bufferSize?.value.bytes ?? 64 << 10
        return Scenario(
          server: Server(
            name: name, kind: kind, threads: try threads?.value.value, bufferBytes: buffer),
          load: load)
      }
      do throws(UnitError) {
        return try Scenario(nameAndCommand: "\(Self.name(of: server))=\(server)", load: load)
      } catch {
        throw ValidationError("'--server' \(error), got \(server).")
      }
    }
  }

  /// What a command is called: its program, without the folders.
  private static func name(of command: String) -> String {
    let words = command.split(separator: " ").filter { !$0.contains("=") && $0 != "exec" }
    return words.first?.split(separator: "/").last.map(String.init) ?? "server"
  }
}
