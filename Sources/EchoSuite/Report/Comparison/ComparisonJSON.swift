internal import EchoIO
internal import Foundation

/// A comparison of two runs for other programs. Schema `echobench-comparison/1`.
struct ComparisonJSON {
  let comparison: RunComparison

  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
      return String(decoding: try encoder.encode(Content(comparison)), as: UTF8.self) + "\n"
    }
  }
}

private struct Content: Encodable {
  let schema = "echobench-comparison/1"
  let base: Run
  let new: Run
  let threshold: Double
  let confidence: Double
  let regressions: Int
  let comparisons: Int
  let rows: [Row]
  let modules: [Module]
  let together: [Metric.Key: Ratio]
  let notCompared: [Untold]
  let baseAlone: [String]
  let newAlone: [String]

  enum CodingKeys: String, CodingKey {
    case schema, base, new, threshold, confidence, regressions, comparisons, rows, modules, together
    case notCompared = "not_compared"
    case baseAlone = "base_alone"
    case newAlone = "new_alone"
  }

  init(_ comparison: RunComparison) {
    base = Run(comparison.base)
    new = Run(comparison.new)
    threshold = comparison.threshold
    confidence = comparison.confidence
    regressions = comparison.regressions.count
    comparisons = comparison.comparisons
    rows = comparison.rows.map { row in
      Row(
        scenario: row.match.new.scenario, name: row.match.new.scenario.name,
        baseName: row.match.base.scenario.name,
        ratios: Ratio.all(of: row.ratios, row.match, in: comparison))
    }
    modules = comparison.servers.map { server in
      Module(
        name: server.match.new.scenario.server.name,
        baseName: server.match.base.scenario.server.name, rows: server.count,
        ratios: Ratio.all(of: server.ratios, in: comparison))
    }
    together = Ratio.all(of: comparison.together, in: comparison)
    notCompared = comparison.untold.map { untold in
      Untold(
        name: untold.match.new.scenario.name, base: untold.match.base.status,
        new: untold.match.new.status, reason: untold.reason)
    }
    baseAlone = comparison.baseAlone.map(\.scenario.name)
    newAlone = comparison.newAlone.map(\.scenario.name)
  }

  struct Run: Encodable {
    let name: String
    let seed: UInt64
    let date: String

    init(_ result: SuiteResult) {
      name = result.plan.name
      seed = result.plan.seed
      date = result.machine.date
    }
  }

  struct Row: Encodable {
    let scenario: Scenario
    let name: String
    let baseName: String
    let ratios: [Metric.Key: Ratio]

    enum CodingKeys: String, CodingKey {
      case scenario, name, ratios
      case baseName = "base_name"
    }
  }

  struct Module: Encodable {
    let name: String
    let baseName: String
    let rows: Int
    let ratios: [Metric.Key: Ratio]

    enum CodingKeys: String, CodingKey {
      case name, rows, ratios
      case baseName = "base_name"
    }
  }

  struct Untold: Encodable {
    let name: String
    let base: Summary.Status
    let new: Summary.Status
    let reason: String
  }
}

private struct Ratio: Encodable {
  /// In the unit of the metric; nil of several rows.
  let base: Double?
  let new: Double?
  let value: Double
  /// 95 %.
  let interval: Interval
  /// 99.9 %.
  let wideInterval: Interval
  let verdict: String?
  let within: Double?
  let regression: Bool
  let shift: Double
  let shiftRows: Int
  let driftModules: Int

  enum CodingKeys: String, CodingKey {
    case base, new, value, interval, verdict, within, regression, shift
    case wideInterval = "wide_interval"
    case shiftRows = "shift_rows"
    case driftModules = "drift_modules"
  }

  static func all(
    of ratios: [Metric.Key: RunRatio], _ match: RunMatch? = nil, in comparison: RunComparison
  ) -> [Metric.Key: Ratio] {
    Dictionary(
      uniqueKeysWithValues: Metric.compared.compactMap { metric in
        ratios[metric.key].map { (metric.key, Ratio($0, metric, match, comparison)) }
      })
  }

  private init(
    _ ratio: RunRatio, _ metric: Metric, _ match: RunMatch?, _ comparison: RunComparison
  ) {
    let verdict = metric.better.map { ratio.verdict(better: $0) }
    base = match?.base[metric]?.value
    new = match?.new[metric]?.value
    value = ratio.value
    interval = ratio.interval()
    wideInterval = ratio.interval(confidence: Verdict.differenceConfidence)
    self.verdict = verdict?.word
    within = verdict?.bound
    regression = comparison.isRegression(ratio, metric)
    shift = ratio.drift.change
    shiftRows = ratio.drift.rows
    driftModules = ratio.drift.servers
  }
}
