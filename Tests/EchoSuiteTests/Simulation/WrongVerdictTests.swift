import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

/// How many verdicts of a report are wrong: by the real noise of a suite that was measured, through
/// the whole adaptive method, and among rows of it that have to be equal.
///
/// `scripts/wrong-verdicts` runs them with many reports and prints what they find.
@Suite(.serialized, .timeLimit(.minutes(30)))
struct WrongVerdictTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let folders =
    (environment["ECHOBENCH_SIMULATED_RESULTS"] ?? "quick").split(separator: " ").map(String.init)
  static let reports = environment["ECHOBENCH_SIMULATED_REPORTS"].flatMap { Int($0) } ?? 4

  @Test(arguments: folders)
  func `among equal rows no more are called different than the report says`(folder: String) throws {
    let residuals = try residuals(folder)
    let count = (1...Self.reports).reduce(into: Count()) { count, seed in
      count.add(report(residuals, seed: UInt64(seed)) { _ in 1 }, ratio: { _ in 1 })
    }
    count.print("\(folder), all rows equal, simulated", reports: Self.reports)
    #expect(count.isAsPromised, "\(count)")
  }

  /// The rows differ as they did.
  @Test(arguments: folders)
  func `of rows as they were measured hardly any verdict is wrong`(folder: String) throws {
    let residuals = try residuals(folder)
    let rates = Dictionary(
      residuals.rows.compactMap { row in
        row[.messagesPerSecond].map { (row.scenario.name, $0.value) }
      }, uniquingKeysWith: { first, _ in first })
    let count = (1...Self.reports).reduce(into: Count()) { count, seed in
      let result = report(residuals, seed: UInt64(seed)) {
        rates[$0.name].map { $0 / 100_000 }
      }
      count.add(result) { comparison in
        let (new, base) = (comparison.summary.scenario.name, comparison.reference.scenario.name)
        return (rates[new] ?? 1) / (rates[base] ?? 1)
      }
    }
    count.print("\(folder), rows as measured, simulated", reports: Self.reports)
    #expect(count.isAsPromised, "\(count)")
  }

  /// Of a server whose buffer fits the message anyway, another one is the same server; so is a twin.
  @Test(arguments: folders)
  func `real rows that must be equal are not called different`(folder: String) throws {
    let residuals = try residuals(folder)
    let pairs = replicates(residuals.rows)
    let looks = residuals.plan.looks
    var count = Count()
    for metric in Metric.compared(under: [Load()]) {
      for comparison in metric.comparisons(
        pairs.map { ($0.new.series(metric), $0.base.series(metric)) }, looks)
      {
        if let comparison { count.add(comparison.verdict, ratio: 1) }
      }
    }
    count.print("\(folder), real replicates", reports: 1)
    #expect(count.isAsPromised, "\(count)")
    #expect(pairs.count > 0)
  }

  private func residuals(_ folder: String) throws -> Residuals {
    try Residuals(of: Self.repository.appending(path: "results/\(folder)").path())
  }

  /// Each row against the same with the next smaller buffer that fits, and a twin against its first.
  private func replicates(_ rows: [Summary]) -> [(new: Summary, base: Summary)] {
    let measured = rows.filter { $0.status == .measured && $0.scenario.load.verification != .off }
    let fitting = measured.filter {
      ($0.scenario.server.bufferBytes ?? 0) >= $0.scenario.load.size.bytes
    }
    let groups = Dictionary(grouping: fitting.filter { !$0.scenario.isTwin }) {
      "\($0.scenario.server.name), \($0.scenario.load.labels)"
    }
    let buffers = groups.sorted { $0.key < $1.key }.flatMap { _, group in
      let ordered = group.sorted {
        ($0.scenario.server.bufferBytes ?? 0) < ($1.scenario.server.bufferBytes ?? 0)
      }
      return zip(ordered.dropFirst(), ordered).map { (new: $0, base: $1) }
    }
    let twins = measured.filter(\.scenario.isTwin).compactMap { twin in
      measured.first { !$0.scenario.isTwin && $0.scenario.twin == twin.scenario }
        .map { (new: twin, base: $0) }
    }
    return buffers + twins
  }

  /// A suite of the preset of that name, if there is one, with the noise of the measured one.
  /// - Parameter pace: of a scenario, as a factor; nil where it cannot run.
  private func report(
    _ residuals: Residuals, seed: UInt64, pace: (Scenario) -> Double?
  ) -> SuiteResult {
    let preset = try? Preset.named(residuals.plan.name)?.suiteFile()
    let plan = preset.map { Plan($0, seed: seed) } ?? residuals.plan
    let schedule = plan.schedule
    var draw = Residuals.Draw(residuals, seed: seed)
    var attempts = Attempts()
    var clock: UInt64 = 1_767_323_045_000_000_000
    // What a trial takes beside its window.
    let took = plan.timing.duration + plan.timing.warmup + 30_000_000
    while let trial = schedule.next(given: attempts) {
      let scenario = plan.scenarios[trial.scenario]
      var measurement = Measurement(
        trial, name: scenario.name, attempt: attempts.count(of: trial) + 1,
        outcome: .unavailable(reason: "it was not measured"))
      if let pace = pace(scenario) {
        let residual = draw.next()
        var report = ClientReport.simulated(
          scenario,
          SimulatedLoad(
            messagesPerSecond: 100_000 * pace * exp(residual.messagesPerSecond),
            serverCPUNanoseconds: 4000 / pace * exp(residual.serverCPU), clientCPUNanoseconds: 100))
        report.window.startUnix = clock
        measurement = Measurement(
          trial, name: scenario.name, attempt: attempts.count(of: trial) + 1, outcome: .ran,
          client: report)
      }
      measurement.tookNanoseconds = took
      clock += took
      attempts.append(measurement)
    }
    return SuiteResult(plan: plan, machine: .simulated, attempts: attempts)
  }
}

/// Verdicts, and which of them are wrong.
private struct Count: CustomStringConvertible {
  private(set) var all = 0
  /// A difference where there is none, or the other way round.
  private(set) var wrongDifferences = 0
  /// A tie of what is further apart than its margin.
  private(set) var wrongTies = 0
  private(set) var undecided = 0

  mutating func add(_ result: SuiteResult, ratio: (ScenarioComparison) -> Double) {
    for comparison in result.comparisons {
      for metric in Metric.compared {
        guard let verdict = comparison[metric]?.verdict else { continue }
        let pace = ratio(comparison)
        add(verdict, ratio: metric.better == .higher ? pace : 1 / pace, metric.better ?? .higher)
      }
    }
  }

  /// - Parameter ratio: the true one.
  mutating func add(_ verdict: Verdict, ratio: Double, _ better: Verdict.Better = .higher) {
    all += 1
    let gain = better == .higher ? ratio : 1 / ratio
    switch verdict {
    case .better: if gain <= 1 { wrongDifferences += 1 }
    case .worse: if gain >= 1 { wrongDifferences += 1 }
    case .tie: if max(gain, 1 / gain) > Verdict.margin { wrongTies += 1 }
    case .undecided: undecided += 1
    }
  }

  /// As many differences as chance allows at the rate that reports tell, with four standard
  /// deviations of a Poisson distribution; and as many wrong ties as 6 in 100.
  var isAsPromised: Bool {
    let expected = WrongVerdicts.rate * Double(all)
    return Double(wrongDifferences) <= expected + 4 * expected.squareRoot() + 1
      && Double(wrongTies) <= 0.06 * Double(all)
  }

  var description: String {
    "\(all) comparisons, \(wrongDifferences) wrong differences, \(wrongTies) wrong ties,"
      + " \(undecided) undecided"
  }

  func print(_ title: String, reports: Int) {
    let wrong = Double(wrongDifferences + wrongTies) / Double(reports)
    Swift.print("| \(title) | \(reports) | \(description) | \(fixed(wrong, 3)) |")
  }
}
