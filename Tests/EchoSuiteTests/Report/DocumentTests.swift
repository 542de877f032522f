import Testing

@testable import EchoSuite

struct DocumentTests {
  @Test func `a blank line stands between blocks, and a line feed at the end`() {
    let document = Document(blocks: [
      .heading("A title", level: 1), .paragraph("Some words.\nAnd more.\n"),
      .heading("A section", level: 2), .table(Table(["a"], [Column("xy", .left, value: { $0 })])),
      .list(["one", "two"]),
    ])
    #expect(
      document.markdown == """
        # A title

        Some words.
        And more.

        ## A section

        | xy |
        | :- |
        | a  |

        - one
        - two

        """)
  }

  @Test func `words that are set apart are marked up`() {
    let text: Text = "\(strong: "MB/s") is \(emphasis: "tie") for \(code: "threads"), \(3) times"
    #expect(
      Document(blocks: [.paragraph(text)]).markdown == "**MB/s** is *tie* for `threads`, 3 times\n")
  }

  @Test func `a name that looks like HTML is none`() {
    let name = "</details><!-- a|`b"
    let document = Document(blocks: [
      .heading(name, level: 2), .paragraph("\(strong: name) p99<1ms \(code: name)"),
      .table(Table([name], [Column(name, .left, value: { $0 })])), .details(name, []),
    ])
    let lines = document.markdown.split(separator: "\n")
    #expect(lines[0] == #"## \</details>\<!-- a|`b"#)
    #expect(lines[1] == #"**\</details>\<!-- a|`b** p99<1ms `` </details><!-- a|`b ``"#)
    #expect(lines[2] == #"| \</details>\<!-- a\|`b |"#)
    #expect(lines[4] == lines[2])
    #expect(lines[6] == "<summary>&lt;/details&gt;&lt;!-- a|`b</summary>")
  }

  /// A backslash of a name must not take the meaning from one of ours, nor an accent hide a letter.
  @Test(arguments: [
    (#"\<b>"#, #"\\\<b>"#), (#"a\"#, #"a\\"#), (#"C:\x"#, #"C:\x"#), (#"\\<b>"#, #"\\\\\<b>"#),
    ("<s\u{301}>", "\\<s\u{301}>"), ("[a](http://x)", #"[a\](http://x)"#),
    ("![a][b]", #"![a\][b]"#), ("[a]: x", #"[a\]: x"#), (#"[a\](x)"#, #"[a\\\](x)"#),
    ("a [b] c", "a [b] c"), ("]\u{301}(x)", "]\u{301}(x)"),
  ])
  func `a name that looks like Markdown is none`(name: String, written: String) {
    let document = Document(blocks: [.heading(name, level: 1), .paragraph(Text(name))])
    #expect(document.markdown == "# \(written)\n\n\(written)\n")
  }

  @Test func `code ends where its words do`() {
    let document = Document(blocks: [.paragraph("\(code: "a `` <b> ` c")")])
    #expect(document.markdown == "``` a `` <b> ` c ```\n")
  }

  @Test func `a picture's link ends where its path does`() {
    func link(_ name: String) -> String {
      Document(blocks: [
        .figure(
          Figure(
            name: name, title: "a [b]", description: "", caption: "",
            drawing: Drawing(width: 1, height: 1)))
      ]).markdown
    }
    #expect(link("x/ratios") == "![a \\[b\\]](x/ratios.svg)\n")
    #expect(link("my x/ratios") == "![a \\[b\\]](<my x/ratios.svg>)\n")
  }

  @Test func `words of one style are one span, however they were put together`() {
    let text: Text = "a\("b")\(Text("c"))" + "d" + ""
    #expect(text == Text("abcd"))
    #expect(text.spans.count == 1)
    #expect(("\(code: "a")" + "a" as Text).spans.map(\.style) == [.code, .plain])
    #expect(("\(code: "a")" as Text) != "a")
  }
}

struct ColumnTests {
  @Test func `a cell is a value as its column writes it, or said to be unknown`() {
    let rows = [1.25, nil, 2]
    let columns: [Column<Double?>] = [
      Column("half", value: { $0.map { $0 / 2 } }, format: { fixed($0, 2) }),
      Column("whole", .left, value: { $0 }),
    ]
    let table = Table(rows, columns)
    #expect(table.columns == [.init("half", .right), .init("whole", .left)])
    #expect(table.rows == [["0.62", "1.25"], ["–", "–"], ["1.00", "2.0"]])
    #expect(Table(rows, columns, unknown: "").rows[1] == ["", ""])
  }
}
