import Testing

@testable import EchoSuite

struct MarkupTests {
  @Test func `words are escaped wherever they stand`() {
    let hostile = "<b>\"&'"
    let markup = Markup("p", ["title": hostile]) { hostile }
    #expect(
      markup.text == "<p title=\"&lt;b&gt;&quot;&amp;&#39;\">&lt;b&gt;&quot;&amp;&#39;</p>")
  }

  @Test func `an attribute that is nil is not there`() {
    #expect(Markup("td", ["class": nil, "colspan": "6"]) {}.text == "<td colspan=\"6\"></td>")
    #expect(
      Markup.void("input", ["type": "search", "name": nil]).text == "<input type=\"search\"/>")
  }

  @Test func `parts stand in their order, and what is not there leaves nothing`() {
    let isThere = false
    let markup = Markup("ul") {
      "a"
      if isThere { "b" }
      ["c", "d"].map { word in Markup("li") { word } }
    }
    #expect(markup.text == "<ul>a<li>c</li><li>d</li></ul>")
  }

  @Test func `a document has the same words in a page`() {
    var table = Table([.init("Module", .left), .init("Messages/s")])
    table.append(["a<b", "1"])
    let markup = Markup([
      .heading("One", level: 2), .paragraph("\(strong: "bold"), \(code: "--rounds")"),
      .list(["\(emphasis: "x") & y"]), .table(table), .details("More", [.paragraph("inside")]),
    ]).text
    #expect(markup.hasPrefix("<h2>One</h2><p><b>bold</b>, <code>--rounds</code></p>"))
    #expect(markup.contains("<ul><li><em>x</em> &amp; y</li></ul>"))
    #expect(markup.contains("<th scope=\"col\" class=\"num\">Messages/s</th>"))
    #expect(markup.contains("<td>a&lt;b</td><td class=\"num\">1</td>"))
    #expect(markup.hasSuffix("<details><summary>More</summary><p>inside</p></details>"))
  }

  /// FIPS 180-4's own examples, and lengths around a block's.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 55),
      "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"
    ),
    (
      String(repeating: "a", count: 56),
      "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"
    ),
    (
      String(repeating: "a", count: 64),
      "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"
    ),
  ])
  func `the hash is that of its standard`(message: String, hash: String) {
    let digest = SHA256(message.utf8).digest
    #expect(digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == hash)
  }
}
