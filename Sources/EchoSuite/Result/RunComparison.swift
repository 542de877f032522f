internal import EchoIO

/// Two runs of a suite against each other: what changed, beyond what two runs differ by anyway.
///
/// A pure function of both results and the threshold.
public struct RunComparison: Sendable {
  let base: SuiteResult
  let new: SuiteResult
  /// 0.05 for 5 %: how much worse something has to be, for sure, to be a regression.
  let threshold: Double
  /// Scenarios that both runs measured, with every byte or its length verified; in the order of the
  /// base.
  let rows: [Row]
  /// All rows of a server taken together, where it has several.
  let servers: [ServerRows]
  /// All rows of all servers taken together, where what they have in common was taken off the rows.
  let together: [Metric.Key: RunRatio]
  /// Scenarios that both runs have, and whose first figure cannot be compared.
  let untold: [Untold]
  /// Scenarios that one run has alone.
  let baseAlone: [Summary]
  let newAlone: [Summary]

  struct Row: Sendable {
    let match: RunMatch
    /// Without the metrics that either run does not know.
    fileprivate(set) var ratios: [Metric.Key: RunRatio] = [:]
  }

  struct ServerRows: Sendable {
    /// The first of its rows.
    let match: RunMatch
    let count: Int
    let ratios: [Metric.Key: RunRatio]
  }

  /// - Parameters:
  ///   - base: what is compared with.
  ///   - threshold: above 0.
  public init(base: SuiteResult, new: SuiteResult, threshold: Double) {
    self.base = base
    self.new = new
    self.threshold = threshold
    let matching = RunMatch.all(base: base.summaries, new: new.summaries)
    baseAlone = matching.baseAlone
    newAlone = matching.newAlone
    let changes = RunChanges(matching.matches, base: base, new: new)
    rows = changes.rows
    servers = changes.servers
    together = changes.together
    let compared = changes.rows.filter { row in
      row.ratios[Metric.headline(of: row.match.base.scenario.load).key] != nil
    }
    .map(\.match.base.scenario)
    untold = matching.matches.compactMap { match in
      Untold(match, isCompared: compared.contains(match.base.scenario))
    }
  }
}

extension RunComparison {
  /// What is worse by more than the threshold.
  struct Regression: Sendable {
    /// `libuv, 64k buffer, 1000 B, event`.
    let name: String
    let metric: Metric
    let ratio: RunRatio
  }

  var regressions: [Regression] {
    let named =
      [("all rows together", together)]
      + servers.map { ("\($0.match.module), all rows together", $0.ratios) }
      + rows.map { ($0.match.new.scenario.name, $0.ratios) }
    return named.flatMap { name, ratios in
      Metric.compared.compactMap { metric in
        ratios[metric.key].flatMap {
          isRegression($0, metric) ? Regression(name: name, metric: metric, ratio: $0) : nil
        }
      }
    }
  }

  func isRegression(_ ratio: RunRatio, _ metric: Metric) -> Bool {
    metric.better.map {
      ratio.isWorse(beyond: threshold, better: $0, confidence: confidence)
    } ?? false
  }

  /// With which a regression is one.
  var confidence: Double { WrongVerdicts.confidence(ofAll: comparisons) }

  /// Ratios that there are, over all metrics.
  var comparisons: Int {
    together.count + (servers.map(\.ratios) + rows.map(\.ratios)).reduce(0) { $0 + $1.count }
  }

  /// What the command line ends with.
  public enum Verdict: Equatable, Sendable {
    case fine
    case regression
    /// A server that was right before is not, or nothing comes back from it.
    case invalid
    /// What ran before did not run, or there is nothing to compare.
    case failed
  }

  public var verdict: Verdict {
    if !regressions.isEmpty { return .regression }
    if untold.contains(where: \.isNewlyWrong) { return .invalid }
    return comparisons == 0 || untold.contains(where: \.isNewlyAbsent) ? .failed : .fine
  }
}

/// All rows of two runs at once: one metric after the other, since drift is measured by the rows of
/// others.
private struct RunChanges {
  let rows: [RunComparison.Row]
  let servers: [RunComparison.ServerRows]
  let together: [Metric.Key: RunRatio]

  init(_ all: [RunMatch], base: SuiteResult, new: SuiteResult) {
    let matches = all.filter(\.isComparable)
    var rows = matches.map { RunComparison.Row(match: $0) }
    let numbers = Self.numbers(of: matches)
    var grouped: [Int: [Metric.Key: RunRatio]] = [:]
    var together: [Metric.Key: RunRatio] = [:]
    for metric in Metric.compared {
      let before = base.logEstimates(metric)
      let after = new.logEstimates(metric)
      let changes = matches.indices.map { row -> RunChange? in
        guard let before = before[matches[row].base.scenario],
          let after = after[matches[row].new.scenario]
        else { return nil }
        return RunChange(server: numbers[row], base: before, new: after)
      }
      let known = changes.compactMap { $0 }
      let drifts = Drift.byServer(known)
      for (row, change) in changes.enumerated() {
        guard let change, let drift = drifts[change.server] else { continue }
        rows[row].ratios[metric.key] = RunRatio(change, drift)
      }
      for (server, own) in Dictionary(grouping: known, by: \.server) where own.count > 1 {
        grouped[server, default: [:]][metric.key] = drifts[server].flatMap {
          RunRatio(ofServer: own, $0)
        }
      }
      guard drifts.values.contains(where: { $0.rows > 0 }) else { continue }
      together[metric.key] = Drift.together(known)
    }
    self.rows = rows.filter { !$0.ratios.isEmpty }
    self.together = together
    servers = Set(numbers).sorted().compactMap { server in
      guard let ratios = grouped[server], let first = numbers.firstIndex(of: server) else {
        return nil
      }
      return RunComparison.ServerRows(
        match: matches[first], count: numbers.count { $0 == server }, ratios: ratios)
    }
  }

  /// Of the server of each row, counted from 0 in the order of appearance.
  private static func numbers(of matches: [RunMatch]) -> [Int] {
    var numbers: [ServerIdentity: Int] = [:]
    return matches.map { match in
      let next = numbers.count
      let number = numbers[match.server, default: next]
      numbers[match.server] = number
      return number
    }
  }
}

extension RunMatch {
  /// Both measured, and verified alike: where nothing was verified nobody knows what a server did.
  var isComparable: Bool {
    base.status == .measured && new.status == .measured && base.scenario.load.verification != .off
  }
}

extension SuiteResult {
  /// Of every row that was measured.
  fileprivate func logEstimates(_ metric: Metric) -> [Scenario: LogEstimate] {
    let estimates = LogEstimate.all(of: summaries.map { $0.comparedSeries(metric) })
    return Dictionary(
      estimates.map { (summaries[$0].scenario, $1) }, uniquingKeysWith: { first, _ in first })
  }
}
