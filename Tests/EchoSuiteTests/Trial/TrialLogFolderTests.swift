import FoundationEssentials
import Testing

@testable import EchoSuite

/// The folder that a log is in: who may write into it, and what is there already.
struct TrialLogFolderTests {
  @Test func `a folder that holds a suite is not begun again`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      _ = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      #expect(throws: SuiteError.occupied(tree.root)) {
        try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      }
      let other = try Plan.threeServers(seed: 2)
      _ = try TrialLog.create(tree.root, plan: other, machine: .simulated, replacing: true)
      #expect(try TrialLog.open(tree.root).plan == other)
    }
  }

  @Test func `two suites do not write into one folder`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      do {
        let first = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
        #expect(throws: SuiteError.busy(tree.root)) { try TrialLog.resume(tree.root) }
        #expect(throws: SuiteError.busy(tree.root)) {
          try TrialLog.create(tree.root, plan: plan, machine: .simulated, replacing: true)
        }
        #expect(throws: SuiteError.busy(tree.root)) {
          try TrialLog.create(tree.root, plan: plan, machine: .simulated)
        }
        #expect(first.measurements.isEmpty)
      }
      #expect(try TrialLog.resume(tree.root).measurements.isEmpty)
    }
  }

  /// Whoever comes second must have read nothing before it is kept out: the first may go on.
  @Test func `a suite that is gone on with is locked before it is read`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      let first = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      try tree.write("half a li", to: "trials.jsonl")
      try tree.write("no plan", to: "plan.json")
      #expect(throws: SuiteError.busy(tree.root)) { try TrialLog.resume(tree.root) }
      #expect(try tree.read("trials.jsonl") == "half a li")
      #expect(first.plan == plan)
    }
  }

  @Test func `a folder that was replaced meanwhile is not written into`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      let folder = tree.root + "/suite"
      var first = try TrialLog.create(folder, plan: plan, machine: .simulated)
      try FileManager.default.removeItem(atPath: folder)
      let second = try TrialLog.create(folder, plan: plan, machine: .simulated)
      #expect(throws: SuiteError.self) { try first.append(.simulated(plan.trials[0], of: plan)) }
      #expect(try tree.read("suite/trials.jsonl") == "")
      #expect(second.measurements.isEmpty)
    }
  }

  @Test func `replacing a suite leaves what is not its own`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with(["notes.txt": "mine"]) { tree in
      let measurements = try await Suite.run(plan, SimulatedExecutor(), in: tree.root).measurements
      try SuiteResult(plan: plan, machine: .simulated, measurements: measurements)
        .writeReports(to: tree.root)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: tree.root).count
          == 4 + ReportFormat.allCases.count)
      _ = try TrialLog.create(tree.root, plan: plan, machine: .simulated, replacing: true)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: tree.root).sorted()
          == ["machine.json", "notes.txt", "plan.json", "trials.jsonl"])
      #expect(try tree.read("notes.txt") == "mine")
    }
  }

  @Test(arguments: ["plan.json", "machine.json", "trials.jsonl"])
  func `a folder without one of its files holds no suite`(file: String) async throws {
    try await FileTree.with([:]) { tree in
      _ = try TrialLog.create(tree.root, plan: try Plan.threeServers(), machine: .simulated)
      try FileManager.default.removeItem(atPath: "\(tree.root)/\(file)")
      let error = #expect(throws: SuiteError.missing(tree.root, file)) {
        try TrialLog.open(tree.root)
      }
      #expect(
        error?.description
          == "\(tree.root) holds no suite: \(file) is missing. Is the path right?")
    }
  }

  @Test func `a folder that cannot be made is an error that names it`() async throws {
    try await FileTree.with(["file": ""]) { tree in
      let error = #expect(throws: SuiteError.self) {
        try TrialLog.create(
          tree.root + "/file/suite", plan: try Plan.threeServers(), machine: .simulated)
      }
      let cause = "cannot write \(tree.root)/file/suite: Not a directory."
      #expect(error?.description == cause + " Choose another folder with --output.")
    }
  }

  @Test func `so it is before there is anything to write, where it can be made it is not`()
    async throws
  {
    try await FileTree.with(["file": ""]) { tree in
      for place in ["/file/suite", "/file/a/b", "/file"] {
        #expect(throws: SuiteError.unwritable(tree.root + place, "Not a directory")) {
          try TrialLog.checkVacancy(tree.root + place, replacing: true)
        }
      }
      for place in ["", "/new", "/a/b/c/"] {
        try TrialLog.checkVacancy(tree.root + place, replacing: false)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: tree.root) == ["file"])
    }
  }
}
