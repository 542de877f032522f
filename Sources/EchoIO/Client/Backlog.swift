/// What was due in an open loop and had not been sent by the end of the window.
struct Backlog {
  /// Messages.
  var messages = 0
  /// Since when the first of them had been due, in nanoseconds before the end.
  var behind: UInt64 = 0

  static let none = Backlog()

  static func + (one: Backlog, other: Backlog) -> Backlog {
    Backlog(messages: one.messages + other.messages, behind: max(one.behind, other.behind))
  }
}

extension Arrivals {
  /// What is due by a moment and has not been issued.
  /// - Parameter size: messages in a block.
  func backlog(
    of connections: UnsafeMutableBufferPointer<ClientConnection>, by moment: UInt64,
    block size: Int
  ) -> Backlog {
    guard isPaced else { return .none }
    var backlog = Backlog()
    for (turn, connection) in connections.enumerated() {
      let next = connection.blocksIssued * connections.count + turn
      guard moment > 0, due(next) < moment else { continue }
      backlog.behind = max(backlog.behind, moment - due(next))
      let end = first(after: moment - 1, from: next, every: connections.count)
      backlog.messages += (end - next) / connections.count * size
    }
    return backlog
  }
}
