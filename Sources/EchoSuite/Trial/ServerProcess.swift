internal import EchoIO

/// The server of a trial: how to start it, and when it has failed.
struct ServerProcess {
  let server: Server
  /// What it listens on.
  let transport: Transport
  let program: Program
  /// How long it may take to listen.
  let longestStart: TimeSpan
  let stop: StopSignal
  /// Who runs the server instead of this process, to count what it does; nil in a trial that is timed.
  var wrapping: Wrapping?
  /// The address that it listens at, that of a port left out; nil for the loopback of its transport.
  var host: String?
  /// Who starts it on its host; nil where it runs on this machine.
  var agent: Agent?
  /// How much longer that may take to tell whether it listens.
  var longestSilence = Agent.longestSilence

  /// A program that takes the server's command as its last arguments, and becomes it or stays above it.
  struct Wrapping {
    /// Its words, the path of the program first.
    let words: [String]
    /// The file that serves where the server is a backend.
    var program = "/proc/self/exe"
  }

  /// Starts the server, waits until it accepts, runs `body`, and stops it, with everything it
  /// started. Where somebody else took the port meanwhile, again on another.
  /// - Returns: what `body` returns, and what a backend counted.
  /// - Throws: `ProcessFailure` when it ends, does not listen in time, or says too much; what
  ///   `body` throws; `SystemError`; `CancellationError` when `stop` fires.
  func whileServing<Result>(
    _ body: (any RunningServer, Address) throws -> Result
  ) throws -> (Result, ServerStopped?) {
    var attempt = 1
    while true {
      do {
        return try serveOnce(body)
      } catch let taken as PortTaken {
        guard attempt < Self.mostPorts else { throw taken.failure }
        attempt += 1
      }
    }
  }

  private func serveOnce<Result>(
    _ body: (any RunningServer, Address) throws -> Result
  ) throws -> (Result, ServerStopped?) {
    let folder = transport == .unix ? try SocketFolder() : nil
    defer { folder?.remove() }
    let running = try start(in: folder)
    var isStopped = false
    defer { if !isStopped { running.stop() } }
    let address = try awaitReadiness(running)
    let result = try body(running, address)
    running.stop()
    isStopped = true
    return (result, running.stopped)
  }

  /// A port found free is hardly ever taken before it is used; not three in a row.
  private static let mostPorts = 3

  /// - Parameter folder: for the socket file of a unix socket.
  private func start(in folder: SocketFolder?) throws -> any RunningServer {
    if let agent, let host {
      return try RemoteServer(
        server, over: transport, at: host, by: agent, longestStart: longestStart)
    }
    // It takes a port that is free when it binds, and ends when this process does.
    if case .backend(let name) = server.kind, wrapping == nil,
      let address = folder?.address ?? any
    {
      return try RunningBackend(
        server.arguments(backend: name, at: "\(address)") + ["--until-eof"], program)
    }
    let address = try folder?.address ?? freeAddress()
    return try RunningCommand(command(at: address), name: server.name, at: address, program)
  }

  /// Where it listens, its port left to the kernel; nil where that is a file.
  private var any: Address? {
    host.map { .internet(host: $0, port: 0) } ?? transport.loopback
  }

  /// With a port that nobody has now.
  private func freeAddress() throws -> Address {
    guard case .internet(let host, _) = any else { return .standard }
    return .internet(host: host, port: try freePort(of: host))
  }

  /// What is to listen at an address.
  private func command(at address: Address) -> [String] {
    let wrapper = wrapping?.words ?? []
    switch server.kind {
    case .backend(let name):
      return wrapper + [wrapping?.program ?? ""]
        + server.arguments(backend: name, at: "\(address)")
    case .command(let command):
      let line = Server.expand(command, at: address, bufferBytes: server.bufferBytes)
      return wrapper + ["/bin/sh", "-c", line]
    }
  }

  private func awaitReadiness(_ running: any RunningServer) throws -> Address {
    // A host's agent says itself what took too long there.
    let longest =
      agent == nil
      ? longestStart
      : TimeSpan(nanoseconds: longestStart.nanoseconds + longestSilence.nanoseconds)
    let isReady = try wait(
      beside: [running.child], atMost: longest, every: running.readinessInterval, unless: stop
    ) {
      try running.checkSupervisor(called: server.name)
      if let end = running.end {
        throw EarlyEnd.beforeListening.error(
          of: server.name, on: running.address, end, running.errors)
      }
      return try running.isReady() || running.hasSaidTooMuch
    }
    try running.check(called: server.name)
    if isReady, let address = running.address { return address }
    guard !stop.isFired else { throw CancellationError() }
    if let agent {
      throw agent.unreliable("did not tell within \(longest) whether '\(server.name)' listens")
    }
    let place = running.address.map { " on \($0)" } ?? ""
    let stranger =
      (running as? RunningCommand)?.stranger
      .map { ": \($0) does, which is none of its own" } ?? ""
    throw ProcessFailure(
      reason: "'\(server.name)' did not listen\(place) within \(longestStart)\(stranger)")
  }
}

extension RunningServer {
  /// - Throws: `ProcessFailure` when it lost its supervisor, which says nothing of the server: what that
  ///   has left is to be stopped now.
  func checkSupervisor(called name: String) throws {
    guard hasLostSupervisor else { return }
    throw ProcessFailure(reason: "'\(name)' \(lostSupervisor)")
  }

  /// While something else is waited for, such as a client that may have minutes to go.
  /// - Throws: `ProcessFailure` when it lost its supervisor; when it wrote more than is kept.
  func check(called name: String) throws {
    try checkSupervisor(called: name)
    guard hasSaidTooMuch else { return }
    throw ProcessFailure(
      reason: "'\(name)' wrote more than \(ByteCount(ChildProcess.mostOutput)): have its command"
        + " send that to /dev/null")
  }
}
