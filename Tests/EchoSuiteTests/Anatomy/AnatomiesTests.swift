import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// What a suite counts, and when.
struct AnatomiesTests {
  private func plan(_ more: String = "", anatomy: Bool = true) throws -> Plan {
    try Plan.reading(
      """
      name: counted
      rounds: 1
      anatomy: \(anatomy)
      \(more)
      servers:
        - backend: threads
        - backend: libuv
        - {name: wrong, command: "wrong {port}", corrected_by: libuv}
        - {name: other, command: "other {port}"}
      """)
  }

  @Test func `each server is counted once for each load, not for each buffer`() throws {
    let plan = try plan("buffers: [512, 4k, 64k]\nsizes: [1000, 64k]\nengines: [blocking, event]")
    let names = plan.anatomyScenarios.map(\.name)
    #expect(
      names.filter { $0.hasPrefix("threads") } == [
        "threads, 4k buffer, 1000 B, blocking", "threads, 64k buffer, 64 KiB, blocking",
        "threads, 4k buffer, 1000 B, 5 workers, event",
        "threads, 64k buffer, 64 KiB, 5 workers, event",
      ])
    #expect(names.count == 12)
    #expect(!names.contains { $0.hasPrefix("wrong") || $0.hasSuffix("again") })
  }

  @Test func `where no buffer fits the message, it is the largest`() throws {
    let plan = try plan("buffers: [512, 1k]\nsizes: 4k")
    #expect(plan.anatomyScenarios.first?.server.bufferBytes == 1024)
  }

  @Test func `a suite that does not want it counts nothing`() async throws {
    let plan = try plan(anatomy: false)
    #expect(plan.anatomyScenarios.isEmpty && plan.anatomy == nil)
    #expect(plan.expectedTime(ofAnatomies: plan.anatomyScenarios) == .seconds(0))
    try await FileTree.with([:]) { tree in
      let counter = SimulatedCounter()
      let log = try await Suite.run(plan, SimulatedExecutor(), counter, in: tree.root + "/suite")
      #expect(counter.calls == [] && log.anatomies.records.isEmpty)
      #expect(!FileManager.default.fileExists(atPath: tree.root + "/suite/anatomy.jsonl"))
      #expect(!Document(SuiteResult(log)).markdown.contains("What a message costs"))
    }
  }

  @Test func `presets count, and the servers of the command line do not`() throws {
    for preset in ["quick", "seed"] { #expect(try Preset.reading(preset).anatomy) }
    #expect(try !SuiteFile.withoutServers().anatomy)
  }

  @Test func `a row finds what its server costs, whatever its buffer and whoever drives it`()
    async throws
  {
    let plan = try plan("buffers: [512, 4k]")
    try await FileTree.with([:]) { tree in
      let log = try await Suite.run(
        plan, SimulatedExecutor(), SimulatedCounter(), in: tree.root + "/suite")
      for scenario in plan.scenarios where scenario.server.name != "wrong" {
        #expect(log.anatomies.anatomy(for: scenario)?.callsPerMessage == 2.2, "\(scenario.name)")
      }
      let read = try TrialLog.open(tree.root + "/suite")
      #expect(read.anatomies == log.anatomies)
      #expect(read.anatomiesLeft.isEmpty)
      #expect(!Document(SuiteResult(read)).markdown.contains("**Partial**"))
      let csv = try ReportFormat.csv.render(SuiteResult(read)).split(separator: "\n")
      #expect(csv[0].hasSuffix(",anatomy_calls"))
      #expect(csv[1].contains("\"read 1.00, write 1.00, epoll_wait 0.20\""), "\(csv[1])")
    }
  }

  @Test func `what was interrupted goes on, and what failed is tried again`() async throws {
    let plan = try plan()
    try await FileTree.with([:]) { tree in
      let folder = tree.root + "/suite"
      let first = SimulatedCounter { scenario in
        switch scenario.server.name {
        case "threads": .simulated(scenario)
        case "libuv": AnatomyRecord(scenario, .failed(reason: "no luck"), took: 1)
        default: throw CancellationError()
        }
      }
      await #expect(throws: CancellationError.self) {
        try await Suite.run(plan, SimulatedExecutor(), first, in: folder)
      }
      var log = try TrialLog.resume(folder)
      #expect(log.anatomiesLeft.map(\.server.name) == ["other"])
      try log.reopen()
      #expect(log.anatomiesLeft.map(\.server.name) == ["libuv", "other"])
      let second = SimulatedCounter()
      log = try await Suite.goOn(with: log, SimulatedExecutor(), second)
      #expect(second.calls.count == 2 && log.anatomiesLeft.isEmpty)
      #expect(Set(first.seeds).count == 3 && second.seeds == Array(first.seeds.dropFirst()))
      #expect(log.anatomies.records.allSatisfy { $0.outcome == .ran })
      log = try TrialLog.open(folder)
      #expect(log.anatomies.records.map(\.scenario.server.name) == ["threads", "libuv", "other"])
      #expect(log.anatomies.records.allSatisfy { $0.outcome == .ran })
    }
  }

  @Test func `what failed and is counted again has the place that it has in the log`()
    async throws
  {
    let plan = try plan()
    try await FileTree.with([:]) { tree in
      let folder = tree.root + "/suite"
      let first = SimulatedCounter { scenario in
        scenario.server.name == "libuv"
          ? AnatomyRecord(scenario, .failed(reason: "no luck"), took: 1) : .simulated(scenario)
      }
      try await Suite.run(plan, SimulatedExecutor(), first, in: folder)
      var log = try TrialLog.resume(folder)
      try log.reopen()
      log = try await Suite.goOn(with: log, SimulatedExecutor(), SimulatedCounter())
      let written = try ReportFormat.json.render(SuiteResult(log))
      #expect(try ReportFormat.json.render(SuiteResult(TrialLog.open(folder))) == written)
    }
  }

  @Test func `a line that was cut off is counted again`() async throws {
    let plan = try plan()
    try await FileTree.with([:]) { tree in
      let folder = tree.root + "/suite"
      try await Suite.run(plan, SimulatedExecutor(), SimulatedCounter(), in: folder)
      let path = folder + "/anatomy.jsonl"
      let whole = try #require(FileManager.default.contents(atPath: path))
      try whole.dropLast(20).write(to: URL(filePath: path))
      let log = try TrialLog.resume(folder)
      #expect(log.anatomiesLeft.map(\.server.name) == ["other"])
      try await Suite.goOn(with: log, SimulatedExecutor(), SimulatedCounter())
      #expect(FileManager.default.contents(atPath: path) == whole)
    }
  }

  @Test func `a server that never came up is not asked again`() async throws {
    let plan = try plan()
    try await FileTree.with([:]) { tree in
      let executor = SimulatedExecutor { call, scenario in
        call.server == "other"
          ? .simulated(call, scenario, .unavailable(reason: "not here"))
          : .simulated(call, scenario, SimulatedLoad())
      }
      let counter = SimulatedCounter()
      let log = try await Suite.run(plan, executor, counter, in: tree.root + "/suite")
      #expect(counter.calls.count == 2)
      let record = try #require(log.anatomies.records.last)
      #expect(record.outcome == .unavailable(reason: "not here") && record.anatomy == nil)
      let text = Document(SuiteResult(log)).markdown
      #expect(text.contains("- other: not here."))
    }
  }

  @Test func `the report has a sentence, a row for each, and what is missing`() async throws {
    let plan = try plan()
    let records = plan.anatomyScenarios.dropLast().map {
      AnatomyRecord.simulated($0, waits: $0.server.name == "threads" ? 0 : 0.2)
    }
    let result = SuiteResult(
      plan: plan, machine: .simulated, attempts: Attempts(), anatomies: Anatomies(records))
    let lines = Document(result).markdown.split(separator: "\n").map(String.init)
    let start = try #require(lines.firstIndex(of: "<summary>What a message costs</summary>"))
    #expect(lines[start + 2] == "**Partial**: 2 of 3 were counted.")
    #expect(
      lines[start + 3]
        == "- *1000 B, blocking*: threads: 2.0 calls per message; libuv: 2.2, 0.20 of them waiting."
    )
    #expect(lines[start + 6].hasPrefix("| blocking | threads |       1000 B |      2.00 |"))
    let json =
      try JSONSerialization.jsonObject(
        with: Data(try ReportFormat.json.render(result).utf8)) as? [String: Any]
    #expect((json?["anatomies"] as? [Any])?.count == 2)
  }

  @Test(arguments: [
    ("not JSON", "it is not JSON"), (#"{"schema": "echobench-anatomy/9"}"#, "its schema is"),
  ])
  func `a line that is none is told with its place`(line: String, problem: String) async throws {
    let plan = try plan()
    try await FileTree.with([:]) { tree in
      let folder = tree.root + "/suite"
      try await Suite.run(plan, SimulatedExecutor(), SimulatedCounter(), in: folder)
      try "\(line)\n".write(toFile: folder + "/anatomy.jsonl", atomically: true, encoding: .utf8)
      let error = #expect(throws: SuiteError.self) { try TrialLog.open(folder) }
      let told = error?.description ?? ""
      #expect(told.hasPrefix("\(folder)/anatomy.jsonl:1: not what a suite writes: \(problem)"))
    }
  }

  @Test(arguments: [
    (#""read":1"#, #""read":-5e300"#, "a figure must be from 0 to"),
    (#""read":1"#, #""|<b>\u001b[31m":1"#, "'calls' has a name that no call has"),
    (#""minor_faults":0"#, #""minor_faults":-1"#, "a figure must be from 0 to"),
    (#""outcome":{"ran":{}}"#, #""outcome":{"failed":{"reason":"no"}}"#, "it ran if"),
    (#""name":"threads"#, #""name":"\u001b"#, "its name is not its scenario's"),
  ])
  func `a line that no suite writes is told`(part: String, other: String, problem: String)
    async throws
  {
    let plan = try plan()
    try await FileTree.with([:]) { tree in
      let path = tree.root + "/suite/anatomy.jsonl"
      try await Suite.run(plan, SimulatedExecutor(), SimulatedCounter(), in: tree.root + "/suite")
      let lines = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
      let changed = lines.replacing(part, with: other, maxReplacements: 1)
      #expect(changed != lines)
      try changed.write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: SuiteError.self) { try TrialLog.open(tree.root + "/suite") }
      #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }
  }

  @Test func `a scenario of another plan is told`() async throws {
    try await FileTree.with([:]) { tree in
      let folder = tree.root + "/suite"
      var log = try await Suite.run(
        try plan(), SimulatedExecutor(), SimulatedCounter(), in: folder)
      try log.append(AnatomyRecord.simulated(.simulated))
      #expect(throws: SuiteError.self) { try TrialLog.open(folder) }
    }
  }
}
