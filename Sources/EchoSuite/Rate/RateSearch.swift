internal import Foundation

/// Looks for the highest rate that holds: which rate to try next, given what came of those before. It
/// measures nothing itself.
///
/// From half of what a closed loop reaches it goes up by √2 while rates hold and down by 4 while none
/// does; then by halves of the logarithm until the highest that held and the lowest that did not are within
/// 5 %. The former is confirmed in a longer window. Where it does not hold there, lower ones are, each
/// further below than the one before. A failure is tried once more before it is believed: a single stall
/// that has nothing to do with the rate changes nothing.
struct RateSearch: Equatable, Sendable {
  struct Step: Equatable, Sendable {
    /// Messages per second.
    var rate: Int
    /// In a longer window, the result of which is final.
    var isConfirmation: Bool
  }

  /// The rates to search, in messages per second.
  let range: ClosedRange<Int>
  /// What to try next; nil when there is nothing more to find out.
  private(set) var next: Step?
  /// The rate that was confirmed.
  private(set) var confirmed: Int?
  /// The rates that held, from the lowest to the highest, all of them below ``failed``.
  private var held: [Int] = []
  /// The lowest rate that did not hold.
  private(set) var failed: Int?
  private var hasFailedOnce = false
  /// Confirmations that failed.
  private var rejected = 0

  /// - Parameter closed: messages per second of a closed loop with the same connections.
  init(from closed: Double, within range: ClosedRange<Int>) {
    self.range = range
    let half = closed.isFinite ? min(closed / 2, Double(range.upperBound)) : 0
    next = Step(rate: max(range.lowerBound, Int(half)), isConfirmation: false)
  }

  /// The highest rate that is known to hold: the confirmed one, or until then one of a short window.
  var lower: Int? { confirmed ?? held.last }

  /// - Parameter isHeld: what came of `next`.
  mutating func note(isHeld: Bool) {
    guard let step = next else { return }
    guard isHeld || hasFailedOnce else {
      hasFailedOnce = true
      return
    }
    hasFailedOnce = false
    switch (step.isConfirmation, isHeld) {
    case (true, true):
      confirmed = step.rate
      next = nil
    case (true, false):
      rejected += 1
      fail(at: step.rate)
      next = stepDown(from: step.rate)
    case (false, true):
      held.append(step.rate)
      next = narrow()
    case (false, false):
      fail(at: step.rate)
      next = narrow()
    }
  }

  private mutating func fail(at rate: Int) {
    failed = rate
    held.removeAll { $0 >= rate }
  }

  private func narrow() -> Step? {
    guard let lower else {
      guard let failed, failed > range.lowerBound else { return nil }
      return Step(rate: max(range.lowerBound, failed / Self.descent), isConfirmation: false)
    }
    guard let failed else {
      guard lower < range.upperBound else { return Step(rate: lower, isConfirmation: true) }
      let higher = Int((Double(lower) * Self.ascent).rounded(.up))
      return Step(rate: min(range.upperBound, higher), isConfirmation: false)
    }
    guard failed - lower > 1, Double(failed) > Double(lower) * Self.resolution else {
      return Step(rate: lower, isConfirmation: true)
    }
    let middle = Int((Double(lower) * Double(failed)).squareRoot())
    return Step(rate: max(lower + 1, min(failed - 1, middle)), isConfirmation: false)
  }

  /// 5 %, then 9, 18, 32 and 54 % below the last: what a short window takes for a limit may be far off
  /// for a server that has pauses now and then.
  private func stepDown(from rate: Int) -> Step? {
    guard rejected < Self.mostRejected, rate > range.lowerBound else { return nil }
    let factor = pow(Self.resolution, Double(1 << (rejected - 1)))
    let lowered = max(range.lowerBound, min(rate - 1, Int(Double(rate) / factor)))
    // One that held in a short window is worth a try, but for those that are as good as this one.
    let worthTrying = held.last { Double($0) * Self.resolution <= Double(rate) }
    return Step(rate: max(lowered, worthTrying ?? 0), isConfirmation: true)
  }

  /// What a search takes as a rule, in windows and in lengths of one: the closed loop, two rates that hold and
  /// three that do not, twice each, and confirmations, which are three times as long: two that fail at one rate, and
  /// one that does not.
  static let usual = (windows: 12, lengths: 18)

  /// More than it can take: from any rate to any other by √2, twenty confirmations, and what is between.
  static let mostWindows = 100

  private static let ascent = 2.0.squareRoot()
  private static let descent = 4
  /// The failed rate over the held one: windows of a second do not tell rates apart that are nearer.
  static let resolution = 1.05
  static let mostRejected = 6
}
