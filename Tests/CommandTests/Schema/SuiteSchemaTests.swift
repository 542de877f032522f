import Foundation
import Testing

/// A suite without processes, whose documents have everything that the schemas know of.
@Suite(.timeLimit(.minutes(1)))
struct SuiteSchemaTests {
  @Test func `the simulated suite is what the schemas say`() async throws {
    let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "EchoSuiteTests/Fixtures/simulated").path()
    let folder = TemporaryFolder(path: fixture)
    for file in ["plan.json", "machine.json"] {
      try expectValid(try JSONValue(parsing: folder.read(file)), file)
    }
    #expect(try checkTrials(of: folder) > 0)
    let anatomies = folder.read("anatomy.jsonl").split(separator: "\n")
    #expect(anatomies.count > 1)
    for line in anatomies { try expectValid(try JSONValue(parsing: line), "anatomy.jsonl") }
    let report = try await RunningProgram.run(["report", fixture, "--format", "json"])
    try expectValid(try JSONValue(parsing: report.output), "report.json")
  }
}

/// Holds a document against the schema that it names.
func expectValid(_ document: JSONValue, _ file: String) throws {
  let name = try #require(document["schema"]?.string)
  #expect(try Schema(named: name).complaints(about: document) == [], "\(file)")
}

/// Holds a suite's trials against their schema, and says how many there are.
func checkTrials(of folder: TemporaryFolder) throws -> Int {
  let schema = try Schema(named: "echobench-trial/1")
  let trials = folder.read("trials.jsonl").split(separator: "\n")
  for line in trials {
    let trial = try JSONValue(parsing: line)
    #expect(trial["schema"] == .string("echobench-trial/1"))
    #expect(schema.complaints(about: trial) == [], "trials.jsonl")
  }
  return trials.count
}
