internal import EchoIO
internal import Foundation

/// `report.json`: everything the other reports are made from. Schema `echobench-report/1`.
struct JSONReport {
  private let result: SuiteResult

  init(_ result: SuiteResult) {
    self.result = result
  }

  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
      return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }
  }

  private var document: Document {
    Document(
      name: result.plan.name, seed: result.plan.seed, rounds: result.plan.rounds,
      valid: result.verdict == .fine, trialsDone: result.trialsDone,
      trials: result.plan.trials.count,
      repeats: result.repeats, noiseFloor: result.noiseFloors?.throughput,
      serverCPUNoiseFloor: result.noiseFloors?.serverCPU, machine: result.machine,
      summaries: (result.summaries + result.unverified).map {
        Row(summary: $0, warnings: $0.warnings(of: result.plan).map(\.label))
      },
      comparisons: result.comparisons.map { comparison in
        Ratios(
          scenario: comparison.summary.name, reference: comparison.reference.name,
          messagesPerSecond: Ratio(comparison.throughput),
          serverCPU: comparison.serverCPU.map { Ratio($0) })
      })
  }

  private struct Document: Encodable {
    let schema = "echobench-report/1"
    let name: String
    let seed: UInt64
    let rounds: Int
    let valid: Bool
    let trialsDone: Int
    let trials: Int
    let repeats: Int
    let noiseFloor: NoiseFloor?
    let serverCPUNoiseFloor: NoiseFloor?
    let machine: Machine
    let summaries: [Row]
    let comparisons: [Ratios]

    enum CodingKeys: String, CodingKey {
      case schema, name, seed, rounds, valid, trials, repeats, machine, summaries, comparisons
      case trialsDone = "trials_done"
      case noiseFloor = "noise_floor"
      case serverCPUNoiseFloor = "server_cpu_noise_floor"
    }
  }

  private struct Row: Encodable {
    let summary: Summary
    let warnings: [String]
  }

  private struct Ratios: Encodable {
    let scenario: String
    let reference: String
    let messagesPerSecond: Ratio
    let serverCPU: Ratio?

    enum CodingKeys: String, CodingKey {
      case scenario, reference
      case messagesPerSecond = "messages_per_second"
      case serverCPU = "server_cpu"
    }
  }

  private struct Ratio: Encodable {
    let median: Double
    let interval: Interval
    let verdict: Comparison.Verdict

    init(_ comparison: Comparison) {
      median = comparison.ratio.median
      interval = comparison.ratio.interval
      verdict = comparison.verdict
    }
  }
}
