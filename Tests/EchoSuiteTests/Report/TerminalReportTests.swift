import FoundationEssentials
import Testing

@testable import EchoIO
@testable import EchoSuite

struct TerminalReportTests {
  private func text(
    _ result: SuiteResult, width: Int = 100, isASCII: Bool = false, hasColour: Bool = false
  ) -> String {
    TerminalReport(
      result, TerminalStyle(width: width, isASCII: isASCII, hasColour: hasColour),
      page: "file:///suite/report.html"
    ).text
  }

  private func simulated() throws -> SuiteResult {
    SuiteResult(try TrialLog.open(SimulatedResults.folder.path()))
  }

  @Test(arguments: [20, 40, 60, 79, 80, 100, 200], [false, true])
  func `no line is wider than the terminal, nor than a hundred columns`(width: Int, isASCII: Bool)
    async throws
  {
    for result in [try simulated(), try await many()] {
      for line in text(result, width: width, isASCII: isASCII).split(separator: "\n")
      where !line.hasPrefix("Look at it: ") {
        #expect(String(line).terminalColumns <= min(width, 100), "\(line)")
        #expect(!line.hasSuffix(" "))
      }
    }
  }

  @Test func `a row is a bar, a figure, a ratio with its mark, CPU and p99`() throws {
    let lines = text(try simulated()).split(separator: "\n").map(String.init)
    let libuv = try #require(lines.first { $0.contains("libuv ") && $0.contains("█") })
    #expect(libuv.contains("? 0.67") && libuv.contains("4.00 µs"))
    let wrong = try #require(lines.first { $0.contains("pool/published ✕") })
    #expect(wrong.contains("INVALID"))
    #expect(lines.last == "Look at it: file:///suite/report.html")
  }

  @Test func `there are no bars below eighty columns`() throws {
    let result = try simulated()
    #expect(text(result, width: 80).contains("█"))
    #expect(!text(result, width: 79).contains("█"))
  }

  @Test func `without UTF-8 there is ASCII alone`() throws {
    let text = text(try simulated(), isASCII: true)
    #expect(text.allSatisfy { $0.isASCII })
    #expect(text.contains("? 0.67") && text.contains("###"))
  }

  @Test func `more than twenty rows are a matrix`() async throws {
    let text = text(try await many())
    #expect(!text.contains("█"))
    #expect(text.contains("  × threads in messages/s"))
    #expect(text.contains("  * at 1000 B."))
  }

  @Test func `colours are only where they are wanted`() throws {
    let result = try simulated()
    #expect(!text(result).contains("\u{1b}"))
    #expect(text(result, hasColour: true).contains("\u{1b}[1m"))
  }

  @Test(arguments: [
    (["LANG": "C.UTF-8"], false, true), (["LANG": "de_DE.utf8", "NO_COLOR": ""], false, true),
    (["LC_ALL": "C", "LANG": "C.UTF-8"], true, true), ([:], true, true),
    (["LC_ALL": "", "LC_CTYPE": "en_GB.UTF-8", "NO_COLOR": "1"], false, false),
  ])
  func `the environment says what a terminal can show`(
    environment: [String: String], isASCII: Bool, hasColour: Bool
  ) {
    let style = TerminalStyle(width: 80, environment: environment)
    #expect(style.isASCII == isASCII && style.hasColour == hasColour)
  }

  @Test func `what a server says cannot move the cursor`() async throws {
    let plan = try Plan.threeServers()
    let result = try await SuiteResult.simulating(
      plan,
      SimulatedExecutor { call, scenario in
        call.server == "other"
          ? .simulated(call, scenario, .failed(reason: "\u{1b}[2Jgone\u{7}\u{202e}\nx"))
          : .simulated(call, scenario, SimulatedLoad())
      })
    let text = text(result)
    #expect(!text.contains("\u{1b}") && !text.contains("\u{7}") && !text.contains("\u{202e}"))
    #expect(text.contains("gone"))
  }

  @Test func `an eighth of a column is drawn`() {
    #expect(bar(1, columns: 4, isASCII: false) == "████")
    #expect(bar(0.53, columns: 4, isASCII: false) == "██▏")
    #expect(bar(0.5, columns: 4, isASCII: true) == "##")
    #expect(bar(2, columns: 2, isASCII: true) == "##" && bar(-1, columns: 2, isASCII: true) == "")
  }

  @Test func `a latency's bars have all round trips, in nine lines and one more`() throws {
    var counts = Array(repeating: UInt64(0), count: 4000)
    for index in 50..<3000 { counts[index] = UInt64(3000 - index) }
    let histogram = try LatencyHistogram(LatencyRecorder.layout, counts: counts)
    let style = TerminalStyle(width: 80, isASCII: false, hasColour: false)
    let lines = LatencyBars(histogram: histogram, style: style).lines
    #expect((4...10).contains(lines.count))
    let shares = lines.compactMap { Double($0.split(separator: " ").dropLast().last ?? "") }
    #expect(shares.count == lines.count && abs(shares.reduce(0, +) - 100) < 1)
    #expect(lines.allSatisfy { $0.terminalColumns <= 80 - LatencyBars.margin })
    #expect(LatencyBars(histogram: LatencyHistogram(), style: style).lines == [])
  }

  /// Eleven servers with two sizes.
  private func many() async throws -> SuiteResult {
    let servers = (1...10).map { "{name: peer\($0), command: 'peer \($0) {port}'}" }
    let plan = try Plan.reading(
      """
      {name: many, rounds: 8, twin: false, sizes: [1000, 64k],
      servers: [{backend: threads}, \(servers.joined(separator: ", "))]}
      """)
    return try await SuiteResult.simulating(plan, SimulatedExecutor())
  }
}
