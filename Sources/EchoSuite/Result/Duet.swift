internal import EchoIO
internal import Foundation

/// Two servers that were measured at the same moment, for the CPU time that a message costs each.
///
/// Both meet the same moment of the machine, so their ratio is steadier than one of windows that ran
/// one after the other, and takes half the time (Bulej et al., "Duet Benchmarking: Improving
/// Measurement Accuracy in the Cloud", ICPE 2020). It is a ratio of CPU time and of nothing else:
/// the two share the CPUs, so that what each got through, and how fast, says nothing.
///
/// Two checks come with it. The base is measured beside itself, which must show no difference; and
/// some windows of both run one after the other, of which the ratio must be the same, or at least lie
/// on the same side.
public struct Duet: Sendable {
  public let base: Scenario
  public let new: Scenario
  /// By kind, ln(new ÷ base).
  private var logRatios: [Kind: [Double]] = [:]
  /// Pairs whose windows were not the same moment, or whose CPU time could not be read.
  private(set) var unread = 0
  /// Why a server is wrong, each once: then there is no figure.
  private(set) var invalidReasons: [String] = []

  /// How two windows were measured.
  enum Kind: String, CaseIterable, Sendable {
    /// Both at the same moment.
    case together
    /// The base beside itself.
    case itself
    /// The base and the new one after the other.
    case apart
  }

  init(base: Scenario, new: Scenario) {
    self.base = base
    self.new = new
  }

  static let metric = Metric.serverCPU

  /// What part of a window has to be the other's as well: less would be another moment.
  static let leastOverlap = 0.9

  mutating func append(_ kind: Kind, base: EchoSuite.Measurement, new: EchoSuite.Measurement) {
    for measurement in [base, new] where measurement.client?.valid == false {
      // A window without a reply shows no server wrong, and has nothing to divide by.
      let reasons = measurement.isEmpty ? [] : measurement.client?.invalidReasons ?? []
      for reason in reasons where !invalidReasons.contains(reason) { invalidReasons.append(reason) }
    }
    guard let before = Self.metric.value(base), let after = Self.metric.value(new), before > 0,
      after > 0, kind == .apart || overlap(base, new) >= Self.leastOverlap
    else {
      unread += 1
      return
    }
    logRatios[kind, default: []].append(log(after) - log(before))
  }

  /// As a share of the first window.
  private func overlap(_ one: EchoSuite.Measurement, _ other: EchoSuite.Measurement) -> Double {
    guard let first = one.client?.window, let second = other.client?.window, first.duration > 0
    else { return 0 }
    let start = max(first.startUnix, second.startUnix)
    let end = min(first.startUnix &+ first.duration, second.startUnix &+ second.duration)
    return end > start ? Double(end - start) / Double(first.duration) : 0
  }
}

// MARK: - What it says

extension Duet {
  /// Of the pairs of a kind: how many, their ratio, its intervals.
  subscript(kind: Kind) -> LogEstimate { LogEstimate.suite([logRatios[kind] ?? []])[0] }

  func count(_ kind: Kind) -> Int { logRatios[kind]?.count ?? 0 }

  /// The base beside itself shows no difference.
  var agreesWithItself: Bool {
    self[.itself].interval(confidence: Verdict.differenceConfidence)?.contains(1) ?? false
  }

  /// The ratio of windows one after the other is the same, as far as both are known.
  var agreesWithOthers: Bool {
    guard
      let change = RunChange(server: 0, base: self[.apart], new: self[.together])
    else { return false }
    return change.logRatio.magnitude
      <= change.noise.halfWidth(confidence: Verdict.differenceConfidence)
  }

  var ratioVerdict: EchoSuite.Verdict {
    EchoSuite.Verdict(self[.together], better: Self.metric.better ?? .lower)
  }

  /// Whether the new one costs more by over `threshold` (0.01 for 1 %): the whole 99.9 % interval
  /// lies above. Where the check of windows one after the other has another ratio, how much more
  /// depends on what else the CPUs do; that it is more is known if all of that interval lies above too.
  func isRegression(beyond threshold: Double) -> Bool {
    isWorse(.together, Verdict.differenceConfidence, beyond: threshold)
      && (agreesWithOthers || isWorse(.apart, Interval.defaultConfidence, beyond: threshold))
  }

  private func isWorse(_ kind: Kind, _ confidence: Double, beyond threshold: Double) -> Bool {
    let interval = self[kind].interval(confidence: confidence)
    return interval?.isWorse(beyond: threshold, better: .lower) ?? false
  }

  /// What the command line ends with.
  public enum Outcome: Equatable, Sendable {
    case fine
    case regression
    /// A server did not echo what it was sent.
    case invalid
    /// One of the two checks failed, or too little was read.
    case doubtful
  }

  /// - Parameter threshold: 0.01 for 1 %.
  public func outcome(beyond threshold: Double) -> Outcome {
    if !invalidReasons.isEmpty { return .invalid }
    guard agreesWithItself else { return .doubtful }
    if isRegression(beyond: threshold) { return .regression }
    return agreesWithOthers ? .fine : .doubtful
  }

  /// Half the width of the interval of the ratio, 0.01 for ± 1 %; nil while too little was read.
  public var precision: Double? { self[.together].precision() }
}
