internal import EchoIO

/// What has been tried so far, in the order it was: what a schedule decides from, and reports are
/// made of.
///
/// A log of a million lines fits the memory: histograms stay in their text, of some hundred bytes, and
/// what is the same in every measurement of a scenario is there once.
public struct Attempts: Equatable, Sendable {
  /// By scenario, in the order they were made.
  private var byScenario: [Int: [Measurement]] = [:]
  private var order: [Place] = []
  private var byTrial: [Trial: Tries] = [:]
  /// Scenarios of which an attempt ran, whatever it showed.
  private var run: Set<Int> = []
  /// By scenario, the first attempt at it that this machine could not run.
  private var unavailable: [Int: Place] = [:]
  /// Trials to be tried again since the suite was gone on with: that could not run, in the order in
  /// which they were tried. A scenario that cannot run this time, either, has none any more.
  public private(set) var retries: [Trial] = []
  /// Attempts that were made for this reason.
  private var retried = 0
  /// Trials that ran at last, of those.
  private(set) var madeUpFor = 0
  /// By round, how many attempts there were when it began.
  private var starts: [Int: Int] = [:]
  /// Attempts that gave no figure.
  private(set) var withoutFigure = 0

  /// Of a measurement: its scenario, and its index among those of the scenario.
  private struct Place: Equatable {
    let scenario: Int32
    let index: Int32
  }

  private struct Tries: Equatable {
    var count: Int32
    /// Index of the last among the measurements of the scenario.
    var last: Int32
  }

  init(_ measurements: some Sequence<Measurement> = []) {
    for measurement in measurements { append(measurement) }
  }

  mutating func append(_ measurement: Measurement) {
    let scenario = measurement.scenario
    let index = Int32(byScenario[scenario]?.count ?? 0)
    let place = Place(scenario: Int32(scenario), index: index)
    if starts[measurement.round] == nil {
      starts[measurement.round] = order.count
      latestRound = max(latestRound, measurement.round)
    }
    noteRetry(measurement)
    byTrial[measurement.trial, default: Tries(count: 0, last: index)].count += 1
    byTrial[measurement.trial]?.last = index
    switch measurement.outcome {
    case .ran: run.insert(scenario)
    case .failed: break
    case .unavailable: if unavailable[scenario] == nil { unavailable[scenario] = place }
    }
    if measurement.client?.valid != true { withoutFigure += 1 }
    order.append(place)
    var kept = measurement
    if let first = byScenario[scenario]?.first { kept.share(with: first) }
    byScenario[scenario, default: []].append(kept)
  }

  /// The suite is gone on with: what could not run is to be tried again, and what was known to be
  /// unavailable is not known any more.
  mutating func reopen() {
    unavailable = [:]
    var seen: Set<Trial> = []
    retries = measurements.map(\.trial).filter { trial in
      seen.insert(trial).inserted && last(of: trial)?.outcome.reason != nil
    }
  }

  private mutating func noteRetry(_ measurement: Measurement) {
    guard let index = retries.firstIndex(of: measurement.trial) else { return }
    retries.remove(at: index)
    retried += 1
    if measurement.outcome == .ran {
      madeUpFor += 1
    } else {
      retries.removeAll { $0.scenario == measurement.scenario }
    }
  }

  /// The latest that has begun; 1 before anything has.
  private(set) var latestRound = 1

  /// How many attempts there were when a round began; all there are when it has not.
  func count(before round: Int) -> Int { starts[round] ?? count }

  public var count: Int { order.count }

  /// All of them.
  public var measurements: [Measurement] { order.compactMap(measurement) }

  /// Those of a scenario.
  func measurements(of scenario: Int) -> [Measurement] { byScenario[scenario] ?? [] }

  var last: Measurement? { order.last.flatMap(measurement) }

  /// Trials that have been tried.
  public var trials: Int { byTrial.count }

  /// Attempts beyond the first at a trial, but for those after the suite was gone on with.
  public var repeats: Int { count - trials - retried }

  public func count(of trial: Trial) -> Int { Int(byTrial[trial]?.count ?? 0) }

  public func last(of trial: Trial) -> Measurement? {
    byTrial[trial].flatMap {
      measurement(Place(scenario: Int32(trial.scenario), index: $0.last))
    }
  }

  /// Whether any attempt at a scenario ran, as opposed to having failed.
  func hasRun(_ scenario: Int) -> Bool { run.contains(scenario) }

  /// What an attempt gave that this machine could not run, at any of these scenarios; nil when there
  /// is none.
  func unavailable(of scenarios: some Sequence<Int>) -> Measurement? {
    scenarios.lazy.compactMap { unavailable[$0] }.first.flatMap(measurement)
  }

  private func measurement(_ place: Place) -> Measurement? {
    byScenario[Int(place.scenario)]?[Int(place.index)]
  }
}

extension Measurement {
  /// Has storage in common with another one where they say the same.
  fileprivate mutating func share(with other: Measurement) {
    if name == other.name { name = other.name }
    guard let theirs = other.client, let ours = client else { return }
    if ours.schema == theirs.schema { client?.schema = theirs.schema }
    if ours.counts.errors == theirs.counts.errors { client?.counts.errors = theirs.counts.errors }
  }
}
