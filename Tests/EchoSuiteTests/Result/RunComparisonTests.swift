import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// Two simulated runs of a suite against each other.
struct RunComparisonTests {
  private static func compare(
    _ base: SuiteResult, _ new: SuiteResult, threshold: Double = 0.05
  ) -> RunComparison {
    RunComparison(base: base, new: new, threshold: threshold)
  }

  /// Twelve pairs of runs, 62 comparisons in each: beyond a threshold, none is expected.
  @Test func `runs of the same servers are no regression`() throws {
    let plan = try SimulatedRun.plan(rounds: 12)
    for seed in 1...12 {
      var new = SimulatedRun(seed: UInt64(1000 + seed))
      new.pace = [1, 0.9, 1.07][seed % 3]
      let comparison = Self.compare(
        SimulatedRun(seed: UInt64(seed)).result(plan), new.result(plan))
      #expect(comparison.verdict == .fine, "\(comparison.regressions)")
      #expect(comparison.rows.count == 20 && comparison.servers.count == 10)
      #expect(comparison.comparisons == 62)
    }
  }

  @Test func `a server that became slower by a tenth is a regression`() throws {
    let plan = try SimulatedRun.plan(rounds: 40)
    var base = SimulatedRun(seed: 1)
    base.noise = 0.025
    var new = SimulatedRun(seed: 2)
    new.noise = 0.025
    new.speeds["mine"] = 0.9
    // The machine, too, but that is all rows'.
    new.pace = 0.95
    let comparison = Self.compare(base.result(plan), new.result(plan))
    #expect(comparison.verdict == .regression)
    #expect(comparison.regressions.allSatisfy { $0.name.hasPrefix("mine, ") })
    #expect(comparison.regressions.contains { $0.metric == .messagesPerSecond })
    #expect(comparison.regressions.contains { $0.metric == .serverCPU })
    let mine = try #require(comparison.servers.first { $0.match.module == "mine" })
    let ratio = try #require(mine.ratios[Metric.messagesPerSecond.key])
    #expect(mine.count == 2)
    #expect(ratio.interval().contains(0.9), "\(ratio.value)")
    #expect(abs(exp(ratio.drift.shift) - 0.95) < 0.02)
    // The other way round it is an improvement, which ends nothing.
    let swapped = Self.compare(new.result(plan), base.result(plan))
    #expect(swapped.verdict == .fine)
    // And so it is where a tenth is allowed.
    let allowed = Self.compare(
      base.result(plan), new.result(plan), threshold: 0.15)
    #expect(allowed.verdict == .fine)
  }

  @Test func `scenarios match by what they are`() throws {
    let base = SimulatedRun(seed: 1).result(try SimulatedRun.plan())
    let plan = try SimulatedRun.plan(names: ["renamed", "mine"])
    let comparison = Self.compare(base, SimulatedRun(seed: 2).result(plan))
    #expect(comparison.rows.count == 20)
    #expect(comparison.baseAlone.isEmpty && comparison.newAlone.isEmpty)
    #expect(
      comparison.rows.map(\.match.module).prefix(3) == [
        "threads", "renamed, formerly mine", "mine, formerly yours",
      ])
  }

  @Test func `rows without a partner are listed`() throws {
    let plan = try SimulatedRun.plan(rounds: 8)
    let other = try Plan.reading(
      """
      name: runs
      rounds: 8
      buffers: [64k]
      engines: [blocking]
      sizes: [1000, 8k]
      servers: [{backend: threads}]
      """)
    let comparison = Self.compare(
      SimulatedRun(seed: 1).result(plan), SimulatedRun(seed: 2).result(other))
    #expect(comparison.rows.map(\.match.new.scenario.load.size.bytes) == [1000])
    #expect(comparison.baseAlone.count == 19)
    #expect(comparison.newAlone.map(\.scenario.load.size.bytes) == [8192])
    // No other server's rows are there to measure the drift by.
    #expect(comparison.rows[0].ratios.values.allSatisfy { $0.drift == .usual })
    #expect(comparison.together.isEmpty && comparison.servers.isEmpty)
    let report = try ComparisonFormat.markdown.render(comparison)
    #expect(report.contains("## In the base alone"))
    #expect(report.contains("- threads, 64k buffer, 8 KiB, blocking"))
    #expect(report.contains("Every interval has the usual drift in it"))
  }

  @Test func `a server that is wrong now is told, and so is one that does not run`() throws {
    let plan = try SimulatedRun.plan(rounds: 8)
    let base = SimulatedRun(seed: 1).result(plan)
    var wrong = SimulatedRun(seed: 2)
    wrong.wrong = ["mine"]
    let comparison = Self.compare(base, wrong.result(plan))
    #expect(comparison.verdict == .invalid)
    #expect(comparison.rows.count == 18)
    #expect(
      comparison.untold.map(\.reason)
        == Array(
          repeating: "INVALID, before measured: the server returned other bytes", count: 2))
    var absent = SimulatedRun(seed: 3)
    absent.absent = ["mine"]
    #expect(Self.compare(base, absent.result(plan)).verdict == .failed)
    // It was so before: nothing to complain of.
    #expect(Self.compare(wrong.result(plan), wrong.result(plan)).verdict == .fine)
    #expect(Self.compare(absent.result(plan), base).verdict == .fine)
  }

  @Test func `nothing to compare is a failure`() throws {
    let plan = try SimulatedRun.plan(rounds: 8)
    var absent = SimulatedRun(seed: 3)
    absent.absent = Set(plan.scenarios.map(\.server.name))
    let comparison = Self.compare(absent.result(plan), absent.result(plan))
    #expect(comparison.verdict == .failed)
    #expect(
      try ComparisonFormat.markdown.render(comparison).contains("**Nothing could be compared.**"))
  }

  @Test func `what was verified by length is compared, what was not verified at all is told`()
    throws
  {
    let plan = try Plan.reading(
      """
      {name: verified, rounds: 8, twin: false, servers: [
      {backend: threads, verify: [full, length]},
      {name: blind, command: 'blind {port}', verify: "off"}]}
      """)
    let comparison = Self.compare(
      SimulatedRun(seed: 1).result(plan), SimulatedRun(seed: 2).result(plan))
    #expect(comparison.rows.map(\.match.base.scenario.load.verification) == [.full, .length])
    #expect(
      comparison.untold.map(\.reason) == [
        "nothing was verified, so that nobody knows what the server did"
      ])
  }

  @Test func `a regression is as sure as so many comparisons ask`() throws {
    let plan = try SimulatedRun.plan(rounds: 12)
    let comparison = Self.compare(
      SimulatedRun(seed: 1).result(plan), SimulatedRun(seed: 2).result(plan))
    /// So many standard errors beyond the threshold.
    func isRegression(_ errors: Double) -> Bool {
      let drift = Drift(shift: 0, error: ErrorVariance(known: 0), rows: 12, servers: 12)
      let change = RunChange(
        server: 0, logRatio: -log(1.05) - 0.01 * errors, noise: ErrorVariance(known: 1e-4))
      return comparison.isRegression(RunRatio(change, drift), .messagesPerSecond)
    }
    // One by itself would take 3.29 (99.9 %), one of 62 takes 3.35.
    #expect(!isRegression(3.32) && isRegression(3.38))
  }

  @Test func `one row in each run has the usual drift`() throws {
    let plan = try Plan.reading(
      """
      name: one
      rounds: 30
      buffers: [64k]
      sizes: [1000]
      engines: [event]
      twin: false
      servers: [{backend: threads}]
      """)
    func comparison(_ speed: Double) -> RunComparison {
      var new = SimulatedRun(seed: 5)
      new.speeds = ["threads": speed]
      return Self.compare(SimulatedRun(seed: 4).result(plan), new.result(plan))
    }
    #expect(comparison(0.8).verdict == .fine)
    #expect(comparison(0.5).verdict == .regression)
  }

  @Test func `machines are told apart by their members`() {
    let machine = Machine.simulated
    var later = machine
    later.date = "2026-02-02T03:04:05Z"
    later.loadAverage = 1.5
    #expect(MachineDifference.all(base: machine, new: later) == [])
    var other = machine
    other.processor.onlineCPUs = 4
    other.kernel = nil
    other.build.revision = SourceRevision(commit: "abc", dirty: false)
    let differences = MachineDifference.all(base: machine, new: other)
    #expect(
      differences.filter { !$0.isOfBuild }.map(\.description) == [
        "kernel is not known, and was Linux 6.1.0", "processor.online_cpus is 4, and was 2",
      ])
    #expect(differences.contains { $0.isOfBuild && $0.member == "build.revision.commit" })
    var dirty = machine
    dirty.build.revision = SourceRevision(commit: "abc", dirty: true)
    #expect(MachineDifference.all(base: dirty, new: dirty).map(\.isOfBuild) == [true])
  }

  @Test func `a report says what it was asked, decided and done`() throws {
    let plan = try SimulatedRun.plan(rounds: 40)
    var new = SimulatedRun(seed: 2)
    new.speeds["mine"] = 0.8
    new.machine.processor.onlineCPUs = 4
    let comparison = Self.compare(SimulatedRun(seed: 1).result(plan), new.result(plan))
    let report = try ComparisonFormat.markdown.render(comparison)
    #expect(report.hasPrefix("# runs, against an earlier run\n"))
    #expect(report.contains("worse by more than 5 % with 99.919 % confidence: "))
    #expect(report.contains("server CPU of mine, all rows together (1.2"))
    #expect(report.contains("worse, beyond 5 %"))
    #expect(report.contains("- processor.online_cpus is 4, and was 2"))
    let lines = try ComparisonFormat.csv.render(comparison).split(separator: "\n")
    #expect(lines.count == 1 + 2 * 20)
    #expect(lines.dropFirst().allSatisfy { $0.hasSuffix(",true") || $0.hasSuffix(",false") })
  }
}
