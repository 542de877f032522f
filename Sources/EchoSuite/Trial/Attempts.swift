/// What has been tried so far, in the order it was: what a schedule decides from.
public struct Attempts: Equatable, Sendable {
  public private(set) var measurements: [Measurement] = []
  private var byTrial: [Trial: Tries] = [:]
  /// Scenarios of which an attempt ran, whatever it showed.
  private var run: Set<Int> = []
  /// By scenario, the first attempt at it that this machine could not run.
  private var unavailable: [Int: Int] = [:]

  private struct Tries: Equatable {
    var count: Int
    /// Index of the last measurement.
    var last: Int
  }

  init() {}

  mutating func append(_ measurement: Measurement) {
    let index = measurements.count
    byTrial[measurement.trial, default: Tries(count: 0, last: index)].count += 1
    byTrial[measurement.trial]?.last = index
    switch measurement.outcome {
    case .ran: run.insert(measurement.scenario)
    case .failed: break
    case .unavailable:
      if unavailable[measurement.scenario] == nil { unavailable[measurement.scenario] = index }
    }
    measurements.append(measurement)
  }

  /// Trials that have been tried.
  public var trials: Int { byTrial.count }

  /// Attempts beyond the first at a trial.
  public var repeats: Int { measurements.count - trials }

  public func count(of trial: Trial) -> Int { byTrial[trial]?.count ?? 0 }

  public func last(of trial: Trial) -> Measurement? { byTrial[trial].map { measurements[$0.last] } }

  /// Whether any attempt at a scenario ran, as opposed to having failed.
  func hasRun(_ scenario: Int) -> Bool { run.contains(scenario) }

  /// What an attempt gave that this machine could not run, at any of these scenarios; nil when there
  /// is none.
  func firstUnavailable(of scenarios: some Sequence<Int>) -> Measurement? {
    scenarios.compactMap { unavailable[$0] }.min().map { measurements[$0] }
  }
}
