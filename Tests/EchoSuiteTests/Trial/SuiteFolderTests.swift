import FoundationEssentials
import Testing

@testable import EchoSuite

/// A file that has the name of one of ours and is somebody's stays as it is.
struct SuiteFolderTests {
  static let names = TrialLog.File.allCases.map(\.rawValue) + ReportFormat.allCases.map(\.fileName)

  @Test(arguments: names, [false, true])
  func `a folder with somebody's own file is refused`(name: String, replacing: Bool) async throws {
    try await FileTree.with([name: "# Mine\n"]) { tree in
      try expectForeign(name, in: tree, replacing: replacing)
      #expect(try tree.read(name) == "# Mine\n")
      #expect(try tree.names == [name])
    }
  }

  @Test(arguments: names, [false, true])
  func `a link to somebody's own file is refused`(name: String, replacing: Bool) async throws {
    try await FileTree.with(["own/mine.txt": "mine", "suite/notes": ""]) { tree in
      let suite = FileTree(root: tree.root + "suite")
      try link("\(suite.root)/\(name)", to: "../own/mine.txt")
      try expectForeign(name, in: suite, replacing: replacing)
      #expect(try tree.read("own/mine.txt") == "mine")
      #expect(try suite.names == ["notes", name].sorted())
    }
  }

  @Test(arguments: names)
  func `a link that leads nowhere is refused, too`(name: String) async throws {
    try await FileTree.with([:]) { tree in
      try link("\(tree.root)/\(name)", to: "/nonexistent/file")
      try expectForeign(name, in: tree, replacing: true)
      #expect(try tree.names == [name])
    }
  }

  /// Beside a plan of ours, whatever else has our name was ours once, or is somebody's now.
  @Test(arguments: [
    ("plan.json", #"{"terraform_version": "1.5"}"#), ("plan.json", "my plan"),
    ("machine.json", #"{"schema": "coffee/1"}"#), ("machine.json", "[1]"),
    ("trials.jsonl", "{\"a\": 1}\n"), ("trials.jsonl", "mine"),
    ("anatomy.jsonl", "{\"b\": 1}\n"), ("anatomy.jsonl", "of a frog"),
    ("report.md", "# My thoughts\n"), ("report.json", "{}"), ("ratios.svg", "<svg>gold</svg>"),
    ("report.csv", "a,b\n1,2\n"), ("report.html", "<html>mine</html>"),
  ])
  func `somebody's own file beside a suite is refused`(name: String, content: String)
    async throws
  {
    try await FileTree.with([:]) { tree in
      try await finishedSuite(in: tree)
      try tree.write(content, to: name)
      try expectForeign(name, in: tree, replacing: true)
      #expect(throws: SuiteError.self) { try TrialLog.resume(tree.root) }
      #expect(throws: SuiteError.self) {
        try SuiteResult(TrialLog.open(tree.root)).writeReports(to: tree.root)
      }
      #expect(try tree.read(name) == content)
      #expect(try tree.names == Self.names.sorted())
    }
  }

  @Test(arguments: names)
  func `a link in the place of a suite's file is refused`(name: String) async throws {
    try await FileTree.with([:]) { tree in
      let suite = FileTree(root: tree.root + "suite")
      try await finishedSuite(in: suite)
      try FileManager.default.moveItem(
        atPath: "\(suite.root)/\(name)", toPath: "\(tree.root)/mine")
      let content = try tree.read("mine")
      try link("\(suite.root)/\(name)", to: "../mine")
      try expectForeign(name, in: suite, replacing: true)
      #expect(throws: SuiteError.self) { try TrialLog.resume(suite.root) }
      #expect(throws: SuiteError.self) {
        try SuiteResult(TrialLog.open(suite.root)).writeReports(to: suite.root)
      }
      #expect(try tree.read("mine") == content)
    }
  }

  @Test(arguments: [
    ["report.json"], ["report.md", "report.csv"], ["trials.jsonl"], ["anatomy.jsonl"],
  ])
  func `a suite that lost files can still be replaced`(lost: [String]) async throws {
    try await FileTree.with([:]) { tree in
      try await finishedSuite(in: tree)
      for name in lost { try FileManager.default.removeItem(atPath: "\(tree.root)/\(name)") }
      let plan = try Plan.threeServers(seed: 2)
      _ = try TrialLog.create(tree.root, plan: plan, machine: .simulated, replacing: true)
      #expect(try TrialLog.open(tree.root).plan == plan)
    }
  }

  /// The first line of a log may have been cut off anywhere, and a plan may be an older version's.
  @Test(arguments: ["", "{", "{\"attem", "{\"attempt\":1,\"clie"])
  func `a suite that crashed early can still be replaced`(trials: String) async throws {
    try await FileTree.with([:]) { tree in
      try await finishedSuite(in: tree)
      try tree.write(trials, to: "trials.jsonl")
      try tree.write(
        try tree.read("plan.json").replacing("plan/2", with: "plan/1"), to: "plan.json")
      let plan = try Plan.threeServers(seed: 2)
      _ = try TrialLog.create(tree.root, plan: plan, machine: .simulated, replacing: true)
      #expect(try TrialLog.open(tree.root).plan == plan)
    }
  }

  private func expectForeign(_ name: String, in tree: FileTree, replacing: Bool) throws {
    let error = #expect(throws: SuiteError.self) {
      try TrialLog.create(
        tree.root, plan: try Plan.threeServers(), machine: .simulated, replacing: replacing)
    }
    guard case .foreign(tree.root, name, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.hasPrefix("\(tree.root)/\(name) is ") == true)
  }

  private func finishedSuite(in tree: FileTree) async throws {
    let plan = try Plan.reading(
      """
      name: three
      rounds: 2
      anatomy: true
      servers: [{backend: threads}, {backend: dispatch}]
      """)
    let log = try await Suite.run(plan, SimulatedExecutor(), in: tree.root)
    try SuiteResult(log).writeReports(to: tree.root)
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
  }
}

extension FileTree {
  /// What is in its top folder.
  fileprivate var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: root).sorted() }
  }
}
