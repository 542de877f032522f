import Foundation
import Testing

@testable import EchoSuite

/// The fixture's reports are made from its files alone, and to the byte.
struct SimulatedResultsTests {
  @Test(.enabled(if: SimulatedResults.isBeingUpdated))
  func `the fixture is written again`() async throws {
    try? FileManager.default.removeItem(at: SimulatedResults.folder)
    try await SimulatedResults.write(to: SimulatedResults.folder.path())
    // Committed results hold these two.
    for report in [ReportFormat.json, .html] {
      try FileManager.default.removeItem(
        at: SimulatedResults.folder.appending(path: report.fileName))
    }
  }

  @Test(
    .disabled(if: SimulatedResults.isBeingUpdated),
    arguments: [
      "plan.json", "machine.json", "trials.jsonl", "anatomy.jsonl", "report.md", "report.csv",
      "ratios.svg",
    ])
  func `a suite writes what the fixture holds`(file: String) async throws {
    try await FileTree.with([:]) { tree in
      try await SimulatedResults.write(to: tree.root + "/suite")
      let written = try String(
        contentsOf: URL(filePath: "\(tree.root)/suite/\(file)"), encoding: .utf8)
      #expect(written == (try fixture(file)))
    }
  }

  @Test(
    .disabled(if: SimulatedResults.isBeingUpdated),
    arguments: [ReportFormat.markdown, .csv, .svg])
  func `reading the files again gives the same report`(report: ReportFormat) throws {
    let result = SuiteResult(try TrialLog.open(SimulatedResults.folder.path()))
    #expect(try report.render(result) == fixture(report.fileName))
  }

  @Test(.disabled(if: SimulatedResults.isBeingUpdated))
  func `the figures in the JSON report are those of the tables`() throws {
    let result = SuiteResult(try TrialLog.open(SimulatedResults.folder.path()))
    let text = try ReportFormat.json.render(result)
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(document["schema"] as? String == "echobench-report/2")
    #expect(document["valid"] as? Bool == false)
    #expect(document["repeats"] as? Int == result.repeats)
    let summaries = try #require(document["summaries"] as? [[String: Any]])
    #expect(summaries.count == 8)
    let first = summaries[0]
    #expect(first["name"] as? String == "threads, 4k buffer, 1000 B, blocking")
    let estimates = try #require(first["estimates"] as? [String: Any])
    let rate = try #require(estimates["messages_per_second"] as? [String: Any])
    #expect(rate["value"] as? Double == result.summaries[0][.messagesPerSecond]?.value)
  }

  private func fixture(_ file: String) throws -> String {
    try String(contentsOf: SimulatedResults.folder.appending(path: file), encoding: .utf8)
  }
}
