/// Accepts connections and deals them to the loops of a server in turn.
///
/// It belongs to the one loop that accepts. That all loops poll the listener would be simpler; but
/// then whichever wakes first takes what is there, and one loop may end up with all the work.
struct Dealer {
  private let recipients: [(Int32) -> Void]
  private let handover: Handover
  private var next = 0

  /// - Parameter recipients: take a connection over, each for one loop.
  init(from listener: Int32, _ admission: Admission?, to recipients: [(Int32) -> Void]) {
    self.recipients = recipients
    handover = Handover(from: listener, admission)
  }

  /// Hands a connection that may stay to the loop whose turn it is.
  mutating func deal(_ connection: Int32) {
    guard handover.takes(connection) else { return }
    recipients[next](connection)
    next = (next + 1) % recipients.count
  }

  /// Deals out all that wait at a non-blocking listener.
  /// - Returns: false when there is no descriptor for the next: leave the listener alone for
  ///   `acceptPause`.
  mutating func acceptAll(from listener: Int32) -> Bool {
    while true {
      switch acceptConnection(listener, nonblocking: true) {
      case .connection(let connection):
        deal(connection)
      case .nobody:
        return true
      case .exhausted:
        return false
      }
    }
  }
}
