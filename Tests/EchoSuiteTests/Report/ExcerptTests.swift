import Foundation
import Testing

@testable import EchoSuite

struct ExcerptTests {
  private static let document = """
    # A README

    <!-- results of three -->
    old figures
    <!-- end of results of three -->

    The end.
    """

  @Test func `the part between the markers is replaced, and nothing else`() async throws {
    let inserted = try #require(try await insert(Self.document))
    #expect(
      inserted.hasPrefix(
        "# A README\n\n<!-- results of three -->\n\n![Messages/s, against threads = 1](ratios.svg)\n\n- "
      ))
    #expect(inserted.hasSuffix("\n\n<!-- end of results of three -->\n\nThe end."))
    #expect(!inserted.contains("old figures"))
    #expect(inserted.contains("| threads "))
  }

  @Test func `bytes that are no text stay as they are`() async throws {
    let before = Data([0xFF, 0xFE, 0x00, 0xC3, 0x0D, 0x0A])
    let after = Data([0x0D, 0x0A, 0xE2, 0x82, 0x0A, 0x00, 0xEF, 0xBB, 0xBF])
    let document =
      before + Data("<!-- results of three -->\r\nold\r\n<!-- end of results of three -->".utf8)
      + after
    let excerpt = Excerpt(try await result())
    let inserted = try #require(try excerpt.inserted(into: document))
    #expect(inserted.starts(with: before + Data("<!-- results of three -->\r\n".utf8)))
    #expect(inserted.suffix(after.count) == after)
    #expect(try excerpt.isCurrent(in: inserted, report: ""))
  }

  @Test func `inserting twice is inserting once`() async throws {
    let once = try #require(try await insert(Self.document))
    #expect(try await insert(once) == once)
  }

  @Test func `a document is current once the results are in it`() async throws {
    let result = try await result()
    let excerpt = Excerpt(result)
    let report = try ReportFormat.markdown.render(result)
    #expect(try !excerpt.isCurrent(in: Data(Self.document.utf8), report: report))
    let inserted = try #require(try excerpt.inserted(into: Data(Self.document.utf8)))
    #expect(try excerpt.isCurrent(in: inserted, report: report))
    let old = String(decoding: inserted, as: UTF8.self).replacing("6 rounds", with: "7 rounds")
    #expect(try !excerpt.isCurrent(in: Data(old.utf8), report: report))
  }

  @Test func `a document without markers is current when it is the report`() async throws {
    let result = try await result()
    let report = try ReportFormat.markdown.render(result)
    #expect(try Excerpt(result).isCurrent(in: Data(report.utf8), report: report))
    #expect(try !Excerpt(result).isCurrent(in: Data((report + "\n").utf8), report: report))
  }

  @Test(arguments: [
    "no markers", "<!-- results of three -->", "<!-- end of results of three -->",
    "<!-- results of other -->\n<!-- end of results of other -->",
    "<!-- results of three -->\n<!-- end of results of other -->",
    "<!-- end of results of three -->\n<!-- results of three -->",
    "Between `<!-- results of three -->`\nand `<!-- end of results of three -->`.",
    "> <!-- results of three -->\n> <!-- end of results of three -->",
    "    <!-- results of three -->\n    <!-- end of results of three -->",
    "```\n<!-- results of three -->\n<!-- end of results of three -->\n```",
    "~~~~ markdown\n<!-- results of three -->\n~~~\n<!-- end of results of three -->\n~~~~",
    "```\n<!-- results of three -->\n<!-- end of results of three -->\n",
  ])
  func `a document without the markers of these results has no place for them`(document: String)
    async throws
  {
    #expect(try await insert(document) == nil)
  }

  /// What a document says about markers is no place for results, and in nobody's way.
  @Test(arguments: [
    "Write `<!-- results of three -->` and `<!-- end of results of three -->`:\n",
    "```\n<!-- results of three -->\n<!-- end of results of three -->\n```\n",
    "   ~~~\n<!-- results of three -->\n````\n<!-- end of results of three -->\n   ~~~  \n",
    "`` ` ``` code ``\n```` not a fence ``` `\n", "<!-- results of three --> and more\n",
  ])
  func `markers that are quoted are left alone`(quoted: String) async throws {
    for document in [quoted + Self.document, Self.document + "\n" + quoted] {
      let inserted = try #require(try await insert(document))
      #expect(inserted.contains(quoted))
      #expect(!inserted.contains("old figures"))
      #expect(inserted.contains("| threads "))
    }
  }

  @Test func `a document with a second place is refused, with the lines`() async throws {
    let excerpt = Excerpt(try await result())
    let twice = Data((Self.document + "\n" + Self.document).utf8)
    let error = #expect(throws: Markers.Ambiguous(lines: [3, 5, 10, 12])) {
      try excerpt.inserted(into: twice)
    }
    #expect(
      error?.description
        == "has markers for these results in lines 3, 5, 10, 12. Leave one pair of them.")
    #expect(throws: Markers.Ambiguous.self) { try excerpt.isCurrent(in: twice, report: "") }
    let start = Data(("<!-- results of three -->\n" + Self.document).utf8)
    #expect(throws: Markers.Ambiguous(lines: [1, 4, 6])) { try excerpt.inserted(into: start) }
  }

  /// For a narrow screen.
  @Test func `what stands there is two sentences and six lines at most`() async throws {
    let servers = (1...9).map { "{name: peer\($0), command: 'peer \($0) {port}'}" }
    let plan = try Plan.reading(
      """
      {name: many, rounds: 8, twin: false, engines: [blocking, event],
      servers: [{backend: threads}, \(servers.joined(separator: ", "))]}
      """)
    let result = try await SuiteResult.simulating(plan, SimulatedExecutor())
    let blocks = ExcerptSection(result: result, folder: ".").blocks
    let table = blocks.compactMap { block in
      if case .table(let table) = block { table } else { nil }
    }.first
    #expect(table?.rows.count == 6 && table?.columns.count == 3)
    #expect(table?.rows.contains { $0[0] == "threads" } == true)
    let sentences = blocks.compactMap { block in
      if case .list(let items) = block { items.count } else { nil }
    }
    #expect(sentences == [2])
  }

  @Test func `a folder is called as its document has to`() {
    #expect(Excerpt.path(to: "/a/results/quick", from: "/a/README.md") == "results/quick")
    #expect(Excerpt.path(to: "/a/results/quick/", from: "/a/docs/x.md") == "../results/quick")
    #expect(Excerpt.path(to: "/a", from: "/a/README.md") == ".")
  }

  private func insert(_ document: String) async throws -> String? {
    try Excerpt(try await result()).inserted(into: Data(document.utf8))
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private func result() async throws -> SuiteResult {
    try await SuiteResult.simulating(try Plan.threeServers(), SimulatedExecutor())
  }
}
