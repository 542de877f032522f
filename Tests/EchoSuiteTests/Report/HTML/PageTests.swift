import Foundation
import FoundationXML
import Testing

@testable import EchoSuite

struct PageTests {
  /// The fixture: something of everything that a suite can find.
  private func simulated() throws -> SuiteResult {
    SuiteResult(try TrialLog.open(SimulatedResults.folder.path()))
  }

  private func planned(_ text: String) throws -> SuiteResult {
    SuiteResult(plan: try .reading(text), machine: .simulated, measurements: [])
  }

  @Test func `a page is well-formed, and has each id once`() throws {
    let outline = try PageOutline(Page(try simulated()))
    let ids = outline.elements.compactMap { $0.attributes["id"] }
    #expect(ids.count > 5)
    #expect(Set(ids).count == ids.count, "\(ids)")
    let links = outline.elements.compactMap { $0.attributes["href"] }
    #expect(Set(links.map { String($0.dropFirst()) }).isSubset(of: ids), "\(links)")
  }

  @Test func `a page is its markup without ends that HTML lets be left out`() throws {
    let page = Page(try simulated())
    let tags = { (text: String) in
      text.split(separator: "<").compactMap { $0.split(separator: ">").first.map(String.init) }
    }
    let optional: Set = ["/td", "/th", "/tr", "/tbody", "/p"]
    let (kept, whole) = (tags(page.text).dropFirst(), tags(page.markup.text))
    #expect(kept.filter { !optional.contains($0) } == whole.filter { !optional.contains($0) })
    #expect(kept.contains("td") && !kept.contains("/td") && whole.contains("/td"))
  }

  @Test func `the same result gives the same bytes`() throws {
    #expect(Page(try simulated()).text == Page(try simulated()).text)
  }

  @Test func `every row is in the table, and opens to the commands that repeat it`() throws {
    let result = try simulated()
    let outline = try PageOutline(Page(result))
    let rows = outline.elements.filter { $0.name == "th" && $0.attributes["scope"] == "row" }
    #expect(rows.map(\.text).sorted() == result.summaries.map(\.scenario.server.name).sorted())
    let codes = Set(outline.elements.filter { $0.name == "code" }.map(\.text))
    for summary in result.summaries {
      let repetition = Repetition(scenario: summary.scenario, timing: result.plan.timing)
      #expect(codes.isSuperset(of: [repetition.server, repetition.client]))
    }
  }

  @Test func `a server that is wrong has its reason, and no figure`() throws {
    let page = Page(try simulated()).text
    #expect(page.contains("<b>✕ INVALID</b>: the server returned 4096 bytes for a 1000-byte"))
    let row = try #require(page.split(separator: "<tbody").first { $0.contains("✕ INVALID") })
    #expect(!row.contains("class=\"m\""))
  }

  @Test func `every axis has a picker, whose first value is down`() throws {
    let result = try planned(
      """
      name: axes
      workers: 1
      engines: [event]
      connections: [1, 50]
      pipelines: [1, 4, 16]
      sizes: [64, 4k]
      servers: [{backend: threads}, {backend: libuv}]
      """)
    let inputs = try PageOutline(Page(result)).elements.filter {
      $0.name == "input" && $0.attributes["type"] == "radio"
    }
    for axis in Situations(result).axes {
      let choices = inputs.filter { $0.attributes["name"] == axis.name }
      #expect(
        choices.map { $0.attributes["value"] } == axis.values.map(\.argument) + ["all"])
      #expect(choices.map { $0.attributes["checked"] != nil }.firstIndex(of: true) == 0)
    }
    #expect(
      Set(inputs.compactMap { $0.attributes["name"] }) == ["size", "connections", "pipeline"])
  }

  @Test func `no word of a suite becomes markup`() throws {
    let result = try planned(
      """
      name: hostile
      about: "</title><script>alert(1)</script>&"
      servers:
        - backend: threads
        - name: "<img src=x onerror='alert(1)'>\\"&"
          command: "serve {port} '</code><script>'"
      """)
    let outline = try PageOutline(Page(result))
    #expect(outline.elements.count { $0.name == "script" } == 1)
    #expect(!outline.elements.contains { $0.name == "img" })
    #expect(outline.elements.contains { $0.text == "<img src=x onerror='alert(1)'>\"&" })
  }

  @Test func `a command is quoted for a shell`() throws {
    let result = try planned(
      """
      name: quoted
      servers: [{backend: threads, buffers: [64k]}]
      """)
    let scenario = try #require(result.plan.scenarios.first)
    let repetition = Repetition(scenario: scenario, timing: result.plan.timing)
    #expect(repetition.server.hasPrefix("echobench server --backend threads --address 127.0.0.1:"))
    #expect(repetition.client.contains(" --size 1000 "))
    #expect(shell(["a b", "it's", "plain"]) == #"'a b' 'it'\''s' plain"#)
    // A quote ends a word, whatever is combined with it.
    let words = ["a'\u{301}; reboot '\u{301}", "'\u{5A9}", "", "é"]
    #expect(try commandWords(shell(words)) == words)
    #expect(shell(words).unicodeScalars.count { $0 == "'" } == 2 * 4 + 3 * 3)
  }
}

/// The elements of a page, read as XML.
private final class PageOutline: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    /// With that of what is in it.
    var text = ""
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []

  /// Scripts and style sheets are not XML: they are left out.
  init(_ page: Page) throws {
    super.init()
    var text = page.markup.text
    for name in ["script", "style"] {
      while let start = text.range(of: "<\(name)>"), let end = text.range(of: "</\(name)>") {
        text.replaceSubrange(start.lowerBound..<end.upperBound, with: "<\(name) />")
      }
    }
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else {
      throw NotWellFormed(line: parser.lineNumber, reason: "\(parser.parserError as Any)")
    }
  }

  struct NotWellFormed: Error {
    let line: Int
    let reason: String
  }

  func parser(
    _: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(_: XMLParser, foundCharacters text: String) {
    for index in open { elements[index].text += text }
  }

  func parser(
    _: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }
}
