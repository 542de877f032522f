internal import EchoIO

/// How long the windows of a search are: as long as was asked for, and longer at a rate so low that they
/// would not have the messages that the condition is about.
struct RateWindowLength: Equatable, Sendable {
  private let shortest: TimeSpan
  private let messages: Double

  init(_ shortest: TimeSpan, for condition: LatencyCondition) {
    self.shortest = shortest
    let fewest = Double(condition.fewestMessages)
    // Arrivals at random vary by the square root of their number.
    messages = fewest + 5 * fewest.squareRoot()
  }

  /// The lowest rate whose windows are not longer than ten times as asked for: below it the figure
  /// stays unknown.
  var lowestRate: Int {
    max(1, Int((messages / (Double(Self.mostLengthened) * shortest.seconds)).rounded(.up)))
  }

  func of(_ step: RateSearch.Step) -> TimeSpan {
    let needed = messages / Double(step.rate) * 1e9
    let length = max(shortest.nanoseconds, UInt64(needed.rounded(.up)))
    return TimeSpan(nanoseconds: step.isConfirmation ? Self.confirming * length : length)
  }

  /// In nanoseconds, the longest window of a search in windows of `duration`.
  static func most(of duration: UInt64) -> UInt64 {
    UInt64(mostLengthened) * confirming * duration
  }

  private static let mostLengthened = 10
  /// A window that confirms, in those that search.
  private static let confirming: UInt64 = 3
}
