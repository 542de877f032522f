internal import EchoIO

/// A server on a host, whose agent starts it, finds it a port, reads its usage, and ends it.
final class RemoteServer: RunningServer {
  let agent: Agent
  private let host: String
  private(set) var address: Address?
  private(set) var stopped: ServerStopped?
  /// Whether it was told to stop, and has said that it did.
  private var isToStop = false
  private var hasStopped = false
  private(set) var usage: ServerWindow.Usage?
  private var ended: (end: ProcessEnd, errors: String)?
  /// What went wrong, told to everybody who asks from then on.
  private var failure: (any Error)?

  /// - Parameter host: the address that it is to listen at.
  /// - Throws: `ProcessFailure` when the agent is gone.
  init(
    _ server: Server, over transport: Transport, at host: String, by agent: Agent,
    longestStart: TimeSpan
  ) throws {
    self.agent = agent
    self.host = host
    try agent.send(
      .serve(
        server: server, transport: transport, host: host, longestStart: longestStart.nanoseconds))
  }

  var child: ChildProcess { agent.child }
  var observer: Observer { .agent }
  let readinessInterval: TimeSpan? = nil
  /// Its agent tells.
  let hasSaidTooMuch = false
  var errors: String { ended?.errors ?? "" }

  var end: ProcessEnd? {
    try? follow()
    return ended?.end
  }

  func isReady() throws -> Bool {
    try follow()
    return address != nil
  }

  /// Takes in what the agent has said.
  /// - Throws: `ProcessFailure` when it is lost, or the server does not run.
  func follow() throws {
    if let failure { throw failure }
    do {
      while let event = try agent.next() { try take(event) }
    } catch {
      failure = error
      throw error
    }
  }

  /// Compares its host's clock with this machine's.
  func readClock(again: Bool, unless stop: StopSignal) throws {
    try agent.readClock(again: again, unless: stop, take)
  }

  private func take(_ event: AgentEvent) throws {
    switch event {
    case .listening(let text) where address == nil: address = try listening(text)
    case .observed(let usage) where self.usage == nil:
      if let problem = usage.problem {
        throw agent.unreliable("tells of its server what cannot be: \(problem)")
      }
      self.usage = usage
    case .ended(let status, let signal, let errors) where ended == nil:
      guard let end = ProcessEnd(status: status, signal: signal) else {
        throw agent.unreliable("tells of an end that is none")
      }
      ended = (end, errors)
    case .failed(let reason, let isUnavailable):
      var failure = agent.failure("cannot run it: \(legible(reason))")
      failure.isUnavailable = isUnavailable
      throw failure
    case .stopped(let server) where isToStop && !hasStopped: (stopped, hasStopped) = (server, true)
    case .listening, .observed, .ended, .stopped, .clock, .ready, .reported: throw agent.unasked()
    }
  }

  /// Only the port is the agent's to say.
  private func listening(_ text: String) throws -> Address {
    guard case .internet(let host, let port)? = try? Address(parsing: text), host == self.host,
      port != 0
    else {
      throw agent.unreliable(
        "has its server listen at '\(legible(text))', where an address of \(self.host) was asked for"
      )
    }
    return .internet(host: host, port: port)
  }

  func stop() {
    // One that is not to be relied on ends with its launcher.
    guard agent.isBusy, !agent.isUnreliable, (try? agent.send(.stop)) != nil else { return }
    isToStop = true
    _ = try? wait(beside: [agent.child], atMost: Self.grace) {
      try follow()
      return !agent.isBusy
    }
    // Should it say so later, that would be taken for the next server's.
    if !hasStopped { _ = agent.unreliable("did not say that its server has stopped") }
  }

  /// The server has two seconds, and the way there and back takes some.
  private static let grace = TimeSpan.seconds(10)
}
