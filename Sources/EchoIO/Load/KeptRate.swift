extension Load {
  /// Of what is due in an open loop, the part that has to come back for its rate to be kept.
  public static let leastKept = 0.99

  /// By how much what comes back in a window may differ from what is due in it by chance, in messages: a
  /// block more or less at its edges; and random arrivals, of which four standard deviations are allowed,
  /// which one window in 30,000 exceeds.
  /// - Parameters:
  ///   - due: messages in a window.
  ///   - windows: how many of them it is the median of.
  public func chance(of due: Double, medianOf windows: Int = 1) -> Double {
    let block = Double(messagesPerBlock)
    let isRandom = arrival == .poisson
    return block * (1 + (isRandom ? 4 * (due / block / Double(windows)).squareRoot() : 0))
  }

  /// Whether the rate was kept where `achieved` of the messages that were `due` came back.
  public func isKept(_ achieved: Double, of due: Double, medianOf windows: Int = 1) -> Bool {
    achieved >= Self.leastKept * due - chance(of: due, medianOf: windows)
  }
}

extension ClientReport {
  /// Whether an open loop's rate was kept, but for chance; nil of a closed loop.
  public var keepsRate: Bool? {
    guard let schedule else { return nil }
    let seconds = Double(window.duration) / 1e9
    return workload.load.isKept(schedule.achieved * seconds, of: schedule.offered * seconds)
  }
}
