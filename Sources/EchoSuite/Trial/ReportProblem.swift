internal import EchoIO

extension ClientReport {
  /// The first figure that cannot be, of a report that was read; nil when there is none.
  var problem: String? {
    let figures = [
      ("throughput.messages_per_second", throughput.messagesPerSecond),
      ("throughput.bytes_per_second", throughput.bytesPerSecond),
      ("schedule.offered_per_second", schedule?.offered),
      ("schedule.achieved_per_second", schedule?.achieved),
    ]
    for (name, value) in figures {
      if let value, !(0...Self.mostPerSecond).contains(value) {
        return "'\(name)' must be 0 to \(Self.mostPerSecond), got \(value)"
      }
    }
    return nil
  }

  /// Bytes of memory move no faster.
  private static var mostPerSecond: Double { 1e15 }
}
