internal import ArgumentParser
internal import EchoIO
internal import EchoSuite
internal import Foundation

struct ServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server",
    abstract: "Serve an echo until SIGINT or SIGTERM, or the end of standard input.",
    discussion: """
      Prints one line on standard output once it can accept, which names the backend, and its \
      counters when it stops. Without --backend it is \(Backends.standard.name), which every Linux has, \
      and which serves any number of connections.

      Examples:
        $ echobench server
        $ echobench server --backend libuv
        $ echobench server --backend threads --threads 16 --buffer-size 4k --address unix:/tmp/echo
        $ echobench server --backend dispatch --address 127.0.0.1:0 --format json
        $ echobench server --address 0.0.0.0:25000 --idle-timeout 30s
      """)

  @Option(help: ArgumentHelp("How to serve: one of those below.", valueName: "name"))
  var backend = BackendName.standard

  @Option(help: "Where to listen: host:port, [v6]:port or unix:/path. Port 0 picks a free one.")
  var address = Given<Address>(argument: "\(Address.standard)")

  @Option(parsing: .unconditional, help: "Bytes offered to each read.")
  var bufferSize = Given<ByteCount>(argument: "64k")

  @Option(parsing: .unconditional, help: "Threads that serve. (default: what the backend lists)")
  var threads: Given<Count>?

  @OptionGroup var sockets: SocketArguments

  @OptionGroup var admission: AdmissionArguments

  @OptionGroup var placement: PlacementOptions

  @Flag(help: "Stop when standard input ends, as it does when whoever wrote to it is gone.")
  var untilEof = false

  @Option(help: "How to report: text or json (one object per line).")
  var format = ServerFormat.text

  enum ServerFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  func validate() throws {
    let address = try address.check("--address")
    try sockets.check(for: address)
    try admission.check(for: address)
    try bufferSize.check("--buffer-size")
    if let count = try threads?.check("--threads").value,
      let rule = SuiteLimits.threads.problem(count)
    {
      throw ValidationError("'--threads' \(rule), got \(count).")
    }
  }

  func run() throws {
    let backend = backend.backend
    if let reason = backend.unavailability {
      throw RunError("backend \(backend.name) cannot run here: \(reason)")
    }
    if let complaint = BuildConfiguration.current.complaint { Output.note("warning: \(complaint)") }
    try placement.list?.apply()
    raiseDescriptorLimit()
    let stop = StopSignal.onSignals
    let options = ServerOptions(
      bufferSize: try bufferSize.value, threads: try threads?.value.value ?? backend.defaultThreads,
      sockets: try sockets.options, admission: try admission.admission)
    let requested = try address.value
    let listener = try Socket.listening(on: requested, sockets: options.sockets)
    let bound = try listener.boundAddress(requested: requested)
    let file = SocketFile(of: bound)
    // Before the listener is closed.
    defer { withExtendedLifetime(listener) { file?.remove() } }
    try options.admission?.requireNumbers(like: listener)
    let state = try SocketState(of: listener)
    if let exposure = try listener.exposure(as: bound, within: options.admission) {
      Output.note("warning: \(exposure)")
    }
    let input = untilEof ? try EndOfInput(firing: stop) : nil
    defer {
      if let input {
        stop.fire()
        input.leave()
      }
    }
    var complaint: (any Error)?
    let counters = try backend.serveWithinLimits(listener, options: options, until: stop) {
      do {
        try announce(bound, backend, options, state)
      } catch {
        complaint = error
        stop.fire()
      }
    }
    if let complaint { throw complaint }
    report(counters, options.admission)
  }

  private func announce(
    _ address: Address, _ backend: any Backend.Type, _ options: ServerOptions,
    _ sockets: SocketState
  ) throws {
    switch format {
    case .text:
      let parts =
        [backend.name, plural(options.threads, "thread"), "\(options.bufferSize) buffer"]
        + [sockets.text(asked: options.sockets), options.admission?.text].compactMap { $0 }
      try Output.write("listening on \(address) (\(parts.joined(separator: ", ")))\n")
    case .json:
      try Output.write(
        Output.line(
          json: ServerListening(
            address: address, backend: backend.name, options: options, sockets: sockets,
            pid: getpid(), build: .current)))
    }
  }

  private func report(_ counters: ServerCounters, _ admission: Admission?) {
    let stopped = ServerStopped(
      counters, cpu: .ofThisProcess(), limits: admission?.counters)
    switch format {
    case .text: Output.note("stopped: \(stopped)")
    case .json: try? Output.write(Output.line(json: stopped))
    }
  }
}
