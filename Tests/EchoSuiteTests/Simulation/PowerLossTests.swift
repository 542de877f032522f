import EchoIO
import Foundation
import Laws
import Synchronization
import Testing

@testable import EchoSuite

/// A suite that is killed anywhere, and whose files a power failure has gone through, goes on, and comes
/// to what it would have come to.
@Suite(.timeLimit(.minutes(10)))
struct PowerLossTests {
  @Test func `cut anywhere, however often, a suite goes on to the very same log`() async throws {
    var wholes: [Whole] = []
    for plan in try Self.plans { wholes.append(try await Whole(plan)) }
    try await forAllSeeds(60) { draw in
      let whole = draw.one(of: wholes)
      try await FileTree.with([:]) { tree in
        let folder = tree.root + "suite"
        for _ in 1...draw.int(1...3) {
          try await run(whole.plan, in: folder, diesAfter: draw.int(0...whole.calls + 2))
          var power = PowerLoss(in: folder, &draw)
          try power.strike()
        }
        let result = try #require(try await run(whole.plan, in: folder, diesAfter: nil))
        for file in TrialLog.File.allCases {
          try holdEqual(text(folder, file.rawValue), whole.files[file] ?? "", file.rawValue)
        }
        try holdEqual(try ReportFormat.csv.render(result), whole.csv, "the table")
        try holdEqual(try ReportFormat.json.render(result), whole.json, "the document")
        try checkAttempts(in: folder)
        if draw.chance(5) { try checkReports(result, in: folder) }
      }
    }
  }

  /// What failed is tried again whenever a suite is gone on with: that adds attempts, and no verdict.
  @Test func `where servers fail at times, the verdicts are the same`() async throws {
    let plan = try Plan.reading(
      """
      name: failing
      rounds: 8
      twin: false
      servers: [{backend: threads}, {name: flaky, command: "a {port}"}, {name: absent, command: "b {port}"}]
      """)
    let whole = try await Whole(plan)
    try await forAllSeeds(20) { draw in
      try await FileTree.with([:]) { tree in
        let folder = tree.root + "suite"
        for _ in 1...draw.int(1...3) {
          try await run(plan, in: folder, diesAfter: draw.int(0...whole.calls + 2))
          var power = PowerLoss(in: folder, &draw)
          try power.strike()
        }
        let result = try #require(try await run(plan, in: folder, diesAfter: nil))
        try holdEqual(verdicts(of: result), whole.verdicts)
        try checkAttempts(in: folder)
      }
    }
  }

  @Test func `a suite that had not begun is begun, whatever there is of it`() async throws {
    let whole = try await Whole(try Self.plans[0])
    try await forAllSeeds(40) { draw in
      try await FileTree.with([:]) { tree in
        let folder = tree.root + "suite"
        let isReplacing = draw.chance(50)
        try await run(whole.plan, in: folder, diesAfter: isReplacing ? .max : 0)
        // As it is made, the plan comes last; as it is removed, it goes last.
        let made = ["trials.jsonl", "anatomy.jsonl", "machine.json", "plan.json"]
        let removed = ["anatomy.jsonl", "trials.jsonl", "machine.json", "plan.json"]
        let names = isReplacing ? ReportFormat.allCases.map(\.fileName) + removed : made
        let lost =
          isReplacing ? names.prefix(draw.int(0...names.count)) : names.suffix(draw.int(1...4))
        for name in lost { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
        if draw.chance(50) {
          try tree.write("{\n", to: "suite/\(draw.one(of: made)).echobench-new-7")
        }
        if !FileManager.default.fileExists(atPath: "\(folder)/plan.json") {
          let error = #expect(throws: SuiteError.self) { try TrialLog.resume(folder) }
          try holdEqual(error, .missing(folder, "plan.json"))
        }
        let log = try TrialLog.create(
          folder, plan: whole.plan, machine: .simulated, replacing: isReplacing)
        try await Suite.goOn(with: log, executor(), counter())
        try holdEqual(text(folder, "trials.jsonl"), whole.files[.trials])
        try holdEqual(
          try FileManager.default.contentsOfDirectory(atPath: folder).sorted(), made.sorted())
      }
    }
  }

  @Test func `what cannot be gone on with is told in words, and stays as it is`() async throws {
    let plan = try Self.plans[0]
    try await forAllSeeds(40) { draw in
      try await FileTree.with([:]) { tree in
        let folder = tree.root + "suite"
        try await run(plan, in: folder, diesAfter: nil)
        let victim = draw.one(of: ["plan.json", "machine.json", "trials.jsonl"])
        let old = try #require(FileManager.default.contents(atPath: "\(folder)/\(victim)"))
        var power = PowerLoss(in: folder, &draw)
        // Without its last line feed a document is whole, and the last line of a log is none.
        let damaged =
          victim == "trials.jsonl"
          ? try damagedInside(old, &draw) : power.lastBlockDamaged(old.dropLast(2))
        try damaged.write(to: URL(filePath: "\(folder)/\(victim)"))
        let before = try contents(of: folder)
        let error = #expect(throws: SuiteError.self) { try TrialLog.resume(folder) }
        try hold(error?.description.contains("\(folder)/\(victim)") == true, "\(error as Any)")
        #expect(throws: SuiteError.self) {
          try TrialLog.create(folder, plan: plan, machine: .simulated)
        }
        try holdEqual(try contents(of: folder), before)
      }
    }
  }

  // MARK: - Suites

  private static var plans: [Plan] {
    get throws {
      let servers =
        "servers: [{backend: threads}, {backend: epoll}, {name: c, command: 'c {port}'}]"
      return try [
        "{name: fixed, rounds: 3, anatomy: true, \(servers)}",
        "{name: wide, rounds: 2, sizes: [1000, 64k], engines: [blocking, event], \(servers)}",
        "{name: adaptive, precision: 3%, min_rounds: 2, max_rounds: 6, anatomy: true, \(servers)}",
        "{name: budget, precision: 1%, min_rounds: 2, budget: 4s, \(servers)}",
      ].map { try Plan.reading($0, seed: 7) }
    }
  }

  /// A suite that nothing happened to.
  private struct Whole {
    let plan: Plan
    let calls: Int
    let files: [TrialLog.File: String]
    let csv: String
    let json: String
    let verdicts: [String]

    init(_ plan: Plan) async throws {
      self.plan = plan
      let tests = PowerLossTests()
      (calls, files, csv, json, verdicts) = try await FileTree.with([:]) { tree in
        let folder = tree.root + "suite"
        let result = try #require(try await tests.run(plan, in: folder, diesAfter: nil))
        let log = try TrialLog.open(folder)
        let files = TrialLog.File.allCases.map { ($0, tests.text(folder, $0.rawValue)) }
        return (
          log.attempts.count + log.anatomies.records.count,
          Dictionary(uniqueKeysWithValues: files), try ReportFormat.csv.render(result),
          try ReportFormat.json.render(result), tests.verdicts(of: result)
        )
      }
    }
  }

  private struct Killed: Error {}

  /// Begins the suite, or goes on with it, as the command does; nil when it was killed.
  /// - Parameter calls: attempts and counts, after which it is killed; nil for never.
  @discardableResult
  private func run(
    _ plan: Plan, in folder: String, diesAfter calls: Int?
  ) async throws -> SuiteResult? {
    let left = Mutex(calls ?? .max)
    let tick: @Sendable () throws -> Void = {
      try left.withLock {
        guard $0 > 0 else { throw Killed() }
        $0 -= 1
      }
    }
    do {
      var log: TrialLog
      if FileManager.default.fileExists(atPath: "\(folder)/plan.json") {
        log = try TrialLog.resume(folder)
        try log.reopen()
      } else {
        log = try TrialLog.create(folder, plan: plan, machine: .simulated)
      }
      if log.wantsFloor { try log.append(Floor.simulated) }
      let result = SuiteResult(try await Suite.goOn(with: log, executor(tick), counter(tick)))
      if calls != nil { try result.writeReports(to: folder) }
      return result
    } catch is Killed {
      return nil
    }
  }

  /// The same attempt at the same trial gives the same, whenever it is made: some are disturbed, some fail.
  private func executor(_ tick: @escaping @Sendable () throws -> Void = {}) -> SimulatedExecutor {
    SimulatedExecutor { call, scenario in
      try tick()
      let trial = UInt64(call.trial.scenario * 1000 + call.trial.round * 10 + call.attempt)
      var random = Sampler(seed: trial)
      if call.server == "absent" {
        return .simulated(call, scenario, .failed(reason: "'absent' did not listen"))
      }
      if call.server == "flaky", call.trial.round == 2, call.attempt == 1 {
        return .simulated(call, scenario, .failed(reason: "the client was killed"))
      }
      var load = SimulatedLoad()
      load.messagesPerSecond = 20_000 * (1 + 0.1 * random.uniform())
      if call.server == "epoll" { load.messagesPerSecond *= 2 }
      if call.server == "epoll", random.uniform() < 0.3 { load.stolen = 0.2 }
      return .simulated(call, scenario, load)
    }
  }

  private func counter(_ tick: @escaping @Sendable () throws -> Void = {}) -> SimulatedCounter {
    SimulatedCounter { scenario in
      try tick()
      return .simulated(scenario)
    }
  }

  private func verdicts(of result: SuiteResult) -> [String] {
    result.summaries.map { "\($0.scenario.name): \($0.status)" }
      + result.comparisons.flatMap { comparison in
        Metric.compared.compactMap { metric in
          comparison[metric].map {
            "\(comparison.summary.scenario.name), \(metric.key): \($0.verdict)"
          }
        }
      }
  }

  // MARK: - Files

  private func text(_ folder: String, _ name: String) -> String {
    String(
      decoding: FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data(), as: UTF8.self)
  }

  private func contents(of folder: String) throws -> [String: Data?] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, FileManager.default.contents(atPath: "\(folder)/\($0)"))
      })
  }

  /// Every report is there whole, and nothing else.
  private func checkReports(_ result: SuiteResult, in folder: String) throws {
    try result.writeReports(to: folder)
    for format in ReportFormat.allCases {
      try holdEqual(text(folder, format.fileName), try format.render(result), format.fileName)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    let ours = TrialLog.File.allCases.map(\.rawValue) + ReportFormat.allCases.map(\.fileName)
    try hold(Set(names).isSubset(of: ours), "\(names.sorted())")
  }

  /// As anybody reads them: each line is a document, and no attempt is there twice.
  private func checkAttempts(in folder: String) throws {
    struct Line: Decodable, Hashable {
      let scenario: Int?
      let round: Int?
      let attempt: Int?
    }
    var seen: Set<Line> = []
    for line in text(folder, "trials.jsonl").split(separator: "\n") {
      let line = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
      if line.attempt != nil { try hold(seen.insert(line).inserted, "\(line) is there twice") }
    }
  }

  /// A log that is damaged before its last line.
  private func damagedInside(_ old: Data, _ draw: inout Draw) throws -> Data {
    var damaged = old
    let lastLine = try #require(old.dropLast().lastIndex(of: UInt8(ascii: "\n")))
    let place = draw.int(0...lastLine - 2)
    for place in place..<min(place + 512, lastLine) where damaged[place] != UInt8(ascii: "\n") {
      damaged[place] = 0
    }
    return damaged
  }
}
