internal import EchoIO

extension Scenario {
  /// Why it cannot run here, as far as that is known before anything is started: its server cannot
  /// listen on its transport, or this machine does not let its client, or its server, have so
  /// many connections; and what to try. Nil when nothing speaks against it. A command may be several
  /// processes, each with connections of its own.
  public var shortage: String? {
    load.transport.unavailability ?? server.problem(over: load.transport)
      ?? DescriptorNeed.mostOfChild.flatMap(shortage)
  }

  /// - Parameter most: descriptors that a process may have.
  func shortage(of most: Int) -> String? {
    if client == nil,
      let reason = DescriptorNeed(ofClient: load).shortage(of: most, open: Self.openAtStart)
    {
      return "the client cannot have its connections: \(reason)"
    }
    guard case .backend = server.kind else { return nil }
    return DescriptorNeed(ofServer: load.allConnections)
      .shortage(of: most, open: Self.openAtStart)
      .map { "'\(server.name)' cannot have its connections: \($0)" }
  }

  /// By a process of this program, before it does anything: three streams, its file, its signals.
  private static let openAtStart = 5
}
