import EchoIO
import Testing

@testable import EchoSuite

/// What becomes of scenarios that are verified in part, or not at all.
struct VerificationResultTests {
  @Test(arguments: [
    ("length", "verified by length only"), (#""off""#, "not verified"),
  ])
  func `a scenario that is not verified in full is a row that says so`(
    verify: String, warning: String
  ) async throws {
    let result = try await result("{backend: threads, verify: \(verify)}")
    #expect(result.summaries.count == 1 && result.unverified.isEmpty)
    #expect(result.verdict == .fine)
    #expect(result.twin != nil)
    let report = try ReportFormat.markdown.render(result)
    #expect(report.contains("| \(warning) |"))
    #expect(report.contains("- *\(warning)*: "))
    #expect(report.contains("verified round trips, but where a warning says otherwise;"))
  }

  @Test func `an unverified run beside a verified one is no row`() async throws {
    let result = try await result(#"{backend: threads, verify: [length, full, "off"]}"#)
    #expect(result.summaries.map(\.scenario.load.verification) == [.length, .full])
    #expect(result.unverified.map(\.scenario.load.verification) == [.off])
    #expect(result.verdict == .fine)
  }

  @Test func `every unverified run is in the report`() async throws {
    let plan = try Plan.reading(
      """
      name: a
      engines: [blocking, event]
      sizes: [1000, 3000]
      buffers: [4k, 64k]
      servers: [{backend: threads, verify: [full, "off"]}]
      """)
    let result = try await SuiteResult.simulating(plan, SimulatedExecutor())
    let rows = Document(blocks: UnverifiedSection(result: result).blocks).markdown.split(
      separator: "\n"
    )
    .filter { $0.contains("| threads |") }
    .map { $0.split(separator: "|").prefix(3).map { $0.trimmingPrefix { $0 == " " } } }
    #expect(
      rows.map { $0[0].hasPrefix("blocking") } == [true, true, true, true] + [
        false, false, false, false,
      ])
    #expect(
      rows.map { "\($0[2])" } == ["1.4 ", "4.1 ", "21.8 ", "65.5 "] + [
        "1.4 ", "4.1 ", "21.8 ", "65.5 ",
      ])
  }

  @Test func `how many bytes come back is told under either engine`() async throws {
    let plan = try Plan.reading(
      """
      name: a
      engines: [blocking, event]
      event_workers: 1
      servers: [{backend: threads, verify: [full, "off"]}]
      """)
    let executor = SimulatedExecutor(SimulatedLoad(bytesBack: 4.1))
    let result = try await SuiteResult.simulating(plan, executor)
    let rows = Document(blocks: UnverifiedSection(result: result).blocks).markdown.split(
      separator: "\n"
    )
    .filter { $0.contains("| threads |") }.map { $0.contains(" 4.10 |") }
    #expect(rows == [true, true])
  }

  @Test(arguments: ["full", "[full, \"off\"]", "length", "[length, \"off\"]"])
  func `a server that is wrong is held against the suite`(verify: String) async throws {
    let result = try await result(
      "{backend: threads}, {name: liar, command: 'liar {port}', verify: \(verify)}"
    ) { $0 != .off }
    #expect(result.verdict == .invalid)
  }

  @Test func `a server that has a corrected one is there to be wrong`() async throws {
    let servers = """
      {name: liar, command: 'liar {port}', verify: [full, "off"], corrected_by: threads},
      {backend: threads}
      """
    #expect(try await result(servers) { $0 != .off }.verdict == .fine)
  }

  @Test func `servers are compared with those that are verified alike`() async throws {
    let result = try await result(
      """
      {backend: threads, verify: [full, length]}, {backend: libuv, verify: length},
      {backend: dispatch}, {name: a, command: 'a {port}', verify: "off"}
      """)
    #expect(
      result.comparisons.map { [$0.reference.scenario.name, $0.summary.scenario.name] } == [
        ["threads, 64k buffer, 1000 B, blocking", "dispatch, 64k buffer, 1000 B, blocking"],
        [
          "threads, 64k buffer, 1000 B, blocking, verify length",
          "libuv, 64k buffer, 1000 B, blocking, verify length",
        ],
      ])
    let text = Document(blocks: ComparisonSection(result: result).blocks).markdown
    #expect(text.contains("| libuv (64 KiB, length only) | threads (64 KiB, length only) |"))
  }

  /// A suite in which the server `liar` is wrong when it is verified in a way that shows it.
  private func result(
    _ servers: String, lieIsSeen: @escaping @Sendable (Verification) -> Bool = { _ in false }
  ) async throws -> SuiteResult {
    let executor = SimulatedExecutor { call, scenario in
      let isWrong = call.server == "liar" && lieIsSeen(scenario.load.verification)
      return .simulated(
        call, scenario, SimulatedLoad(invalidReasons: isWrong ? ["a byte is wrong"] : []))
    }
    return try await SuiteResult.simulating(
      try Plan.reading("{name: a, servers: [\(servers)]}"), executor)
  }
}
