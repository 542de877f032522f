extension LoadAxis {
  /// More than that is a slip of the keyboard: a thread each, or a port and a descriptor each.
  static let mostWorkers = 4096
  static let mostConnections = 60_000
  /// Beyond what one machine sends.
  public static let mostPerSecond = 100_000_000
  /// A moment is kept for each block in flight.
  static let mostInFlight = 1 << 20
  static let mostMomentsKept = 1 << 24

  static func outside(_ range: ClosedRange<Int>, _ value: Int) -> String? {
    if value < range.lowerBound { return "must be at least \(range.lowerBound)" }
    return value > range.upperBound ? "must be at most \(range.upperBound)" : nil
  }
}
