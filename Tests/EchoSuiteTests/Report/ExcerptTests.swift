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
    let excerpt = Excerpt(try await result())
    let inserted = try #require(excerpt.inserted(into: Self.document))
    #expect(inserted.hasPrefix("# A README\n\n<!-- results of three -->\n\n## Results with"))
    #expect(inserted.hasSuffix("\n\n<!-- end of results of three -->\n\nThe end."))
    #expect(!inserted.contains("old figures"))
    #expect(inserted.contains("| threads "))
  }

  @Test func `inserting twice is inserting once`() async throws {
    let excerpt = Excerpt(try await result())
    let once = try #require(excerpt.inserted(into: Self.document))
    #expect(excerpt.inserted(into: once) == once)
  }

  @Test func `a document is current once the results are in it`() async throws {
    let result = try await result()
    let excerpt = Excerpt(result)
    let report = try ReportFormat.markdown.render(result)
    #expect(!excerpt.isCurrent(in: Self.document, report: report))
    let inserted = try #require(excerpt.inserted(into: Self.document))
    #expect(excerpt.isCurrent(in: inserted, report: report))
    #expect(!excerpt.isCurrent(in: inserted.replacing("1000", with: "1001"), report: report))
  }

  @Test func `a document without markers is current when it is the report`() async throws {
    let result = try await result()
    let report = try ReportFormat.markdown.render(result)
    #expect(Excerpt(result).isCurrent(in: report, report: report))
    #expect(!Excerpt(result).isCurrent(in: report + "\n", report: report))
  }

  @Test(arguments: [
    "no markers", "<!-- results of three -->", "<!-- end of results of three -->",
    "<!-- results of other --><!-- end of results of other -->",
    "<!-- results of three --><!-- end of results of other -->",
    "<!-- end of results of three --><!-- results of three -->",
  ])
  func `a document without the markers of these results has no place for them`(document: String)
    async throws
  {
    #expect(Excerpt(try await result()).inserted(into: document) == nil)
  }

  private func result() async throws -> SuiteResult {
    try await SuiteResult.simulating(try Plan.threeServers(), SimulatedExecutor())
  }
}
