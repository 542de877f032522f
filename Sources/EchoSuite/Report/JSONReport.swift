internal import EchoIO
internal import Foundation

/// `report.json`: everything the other reports are made from. Schema `echobench-report/2`.
struct JSONReport {
  let result: SuiteResult

  /// How it begins: members are sorted, and one of these is the first.
  static let starts = ["{\n  \"anatomies\" :", "{\n  \"comparisons\" :"]

  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
      return String(decoding: try encoder.encode(content), as: UTF8.self) + "\n"
    }
  }

  private var content: Content {
    Content(
      name: result.plan.name, seed: result.plan.seed, rounds: result.plan.rounds,
      valid: result.verdict == .fine, trialsDone: result.trialsDone,
      trials: result.trialsDone + result.trialsLeft, repeats: result.repeats,
      madeUpFor: result.madeUpFor,
      machine: result.machine,
      metrics: Metric.all.map { Figure($0) }, twin: result.twin.map { Twins($0) },
      summaries: (result.summaries + result.unverified).map {
        Row($0, of: result)
      },
      comparisons: result.comparisons.map { Ratios($0) },
      pilot: result.plan.pilot,
      anatomies: result.plan.countsAnatomy
        ? result.plan.anatomyScenarios.compactMap { result.anatomies.record(for: $0) } : nil)
  }

  private struct Content: Encodable {
    let schema = "echobench-report/2"
    let name: String
    let seed: UInt64
    let rounds: Int
    let valid: Bool
    let trialsDone: Int
    let trials: Int
    let repeats: Int
    let madeUpFor: Int
    let machine: Machine
    let metrics: [Figure]
    let twin: Twins?
    let summaries: [Row]
    let comparisons: [Ratios]
    let pilot: Pilot?
    let anatomies: [AnatomyRecord]?

    enum CodingKeys: String, CodingKey {
      case schema, name, seed, rounds, valid, trials, repeats, machine, metrics, summaries
      case comparisons, twin, anatomies, pilot
      case madeUpFor = "made_up_for"
      case trialsDone = "trials_done"
    }
  }

  private struct Figure: Encodable {
    let key: Metric.Key
    let title: String
    let unit: String
    let better: Verdict.Better?

    init(_ metric: Metric) {
      key = metric.key
      title = metric.title
      unit = metric.unit
      better = metric.better
    }
  }

  private struct Row: Encodable {
    let scenario: Scenario
    let name: String
    let status: Summary.Status
    let reasons: [String]
    let warnings: [String]
    let rounds: Int
    let disturbedRounds: Int
    let bytesBackPerByteSent: Double?
    let bottleneck: String?
    let bottleneckCandidates: [Bottleneck.Cause]?
    let connections: ClientReport.Connections?
    let estimates: [Metric.Key: Estimate]
    let byRound: [Metric.Key: [Int: Double]]
    let latency: Ladder?
    /// Nil where the machine's floor is not known, or the server's CPU time.
    let floor: Floor?

    /// What the server's CPU time per message is divided by, and what it goes into where its calls were
    /// counted.
    struct Floor: Encodable {
      let share: Double
      let ratio: Double
      let calls: Double?
      let wakeUps: Double?
      let bytes: Double?
      let unexplained: Double?

      enum CodingKeys: String, CodingKey {
        case ratio
        case share = "share_ns"
        case calls = "calls_ns"
        case wakeUps = "wake_ups_ns"
        case bytes = "bytes_ns"
        case unexplained = "unexplained_ns"
      }

      init(_ distance: FloorDistance, _ model: FloorModel?) {
        (share, ratio) = (distance.share, distance.ratio)
        (calls, wakeUps, bytes) = (model?.calls, model?.wakeUps, model?.bytes)
        unexplained = model?.unexplained
      }
    }

    enum CodingKeys: String, CodingKey {
      case scenario, name, status, reasons, warnings, rounds, bottleneck, connections, estimates
      case floor, latency
      case disturbedRounds = "disturbed_rounds"
      case bottleneckCandidates = "bottleneck_candidates"
      case bytesBackPerByteSent = "bytes_received_per_byte_sent"
      case byRound = "by_round"
    }

    init(_ summary: Summary, of result: SuiteResult) {
      let anatomy = result.anatomies.anatomy(for: summary.scenario)
      floor = result.distanceFromFloor(summary).map {
        Floor($0, result.floorModel(summary, anatomy))
      }
      scenario = summary.scenario
      name = summary.scenario.name
      status = summary.status
      reasons = summary.reasons
      warnings = summary.warnings(of: result.plan).map(\.label)
      rounds = summary.rounds.count
      disturbedRounds = summary.disturbedRounds
      bytesBackPerByteSent = summary.bytesBackPerByteSent
      bottleneck = summary.bottleneck?.word
      bottleneckCandidates = summary.bottleneck?.candidates
      connections = summary.connections
      estimates = summary.estimates
      byRound = Dictionary(
        uniqueKeysWithValues: Metric.compared.filter {
          $0 == .headline || $0.comparedIn.includes(summary.scenario.load)
        }.map { ($0.key, summary.series($0).byRound) })
      latency = LatencyLadder(summary).map { Ladder($0) }
    }
  }

  /// The latencies of all rounds of a row together.
  private struct Ladder: Encodable {
    let kind: String
    let samples: UInt64
    /// By the percentile.
    let nanoseconds: [String: UInt64]

    enum CodingKeys: String, CodingKey {
      case kind, samples
      case nanoseconds = "percentiles_ns"
    }

    init(_ ladder: LatencyLadder) {
      (kind, samples) = (ladder.kind.rawValue, ladder.samples)
      nanoseconds = Dictionary(
        uniqueKeysWithValues: ladder.steps.map { ($0.percentileText, $0.nanoseconds) })
    }
  }

  private struct Ratios: Encodable {
    let scenario: String
    let reference: String
    let ratios: [Metric.Key: Ratio]

    init(_ comparison: ScenarioComparison) {
      scenario = comparison.summary.scenario.name
      reference = comparison.reference.scenario.name
      ratios = Dictionary(
        uniqueKeysWithValues: comparison.subject.metrics.compactMap { metric in
          comparison[metric].map { (metric.key, Ratio($0, comparison.pairs(metric))) }
        })
    }
  }

  private struct Ratio: Encodable {
    let value: Double?
    let interval: Interval?
    let verdict: String
    /// Of a tie: 0.07 is within 7 %.
    let within: Double?
    let rounds: Int
    let byRound: [Int: Double]

    enum CodingKeys: String, CodingKey {
      case value, interval, verdict, within, rounds
      case byRound = "by_round"
    }

    init(_ comparison: Comparison, _ pairs: RoundPairs) {
      value = comparison.value
      interval = comparison.interval
      verdict = comparison.verdict.word
      within = comparison.verdict.bound
      rounds = comparison.rounds
      byRound = pairs.rounded
    }
  }

  /// The scenario that ran twice against itself.
  private struct Twins: Encodable {
    let scenario: String
    let ratios: [Metric.Key: Ratio]
    /// The keys of the metrics in which it differs from itself.
    let differences: [Metric.Key]

    struct Ratio: Encodable {
      let value: Double?
      /// 99.9 %.
      let interval: Interval?
      let byRound: [Int: Double]

      enum CodingKeys: String, CodingKey {
        case value, interval
        case byRound = "by_round"
      }
    }

    init(_ twin: Twin) {
      scenario = twin.scenario.name
      differences = twin.differences.map(\.key)
      ratios = Dictionary(
        uniqueKeysWithValues: Metric.compared.compactMap { metric in
          twin[metric].map { ratio in
            let interval = ratio.interval(confidence: Verdict.differenceConfidence)
            return (
              metric.key,
              Ratio(
                value: ratio.figure, interval: interval, byRound: twin.pairs(metric)?.rounded ?? [:]
              )
            )
          }
        })
    }
  }
}

extension RoundPairs {
  /// The ratios to four decimals: a difference of less says nothing.
  fileprivate var rounded: [Int: Double] {
    Dictionary(
      uniqueKeysWithValues: ratios.map { ($0.round, ($0.ratio * 1e4).rounded() / 1e4) })
  }
}
