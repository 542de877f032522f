import Testing

@testable import EchoSuite

struct TableTests {
  @Test func `Markdown is padded, and aligned as its columns say`() {
    var table = Table([.init("Name", .left), .init("Figure")])
    table.append(["a", "1"])
    table.append(["longer", "1234567"])
    #expect(
      table.markdown == """
        | Name   |  Figure |
        | :----- | ------: |
        | a      |       1 |
        | longer | 1234567 |

        """)
  }

  @Test(arguments: [
    ("a|b", #"a\|b"#), ("|", #"\|"#), ("a\nb", "a b"), ("a\r\nb", "a b"), ("a\rb", "a b"),
    ("µs ÷ 2", "µs ÷ 2"), (#"a\|b"#, #"a\\\|b"#), ("a|\u{301}b", "a\\|\u{301}b"),
  ])
  func `a cell of Markdown stays one cell`(cell: String, escaped: String) {
    var table = Table([.init("", .left)])
    table.append([cell])
    let row = table.markdown.split(separator: "\n").last
    #expect(row == "| \(escaped.padded(to: 1)) |")
  }

  @Test func `an empty table has its head`() {
    let table = Table([.init("a"), .init("b", .left)])
    #expect(table.markdown == "| a | b |\n| -: | :- |\n")
    #expect(table.csv == "a,b\n")
  }

  /// RFC 4180, section 2, rules 5 to 7.
  @Test(arguments: [
    ("plain", "plain"), ("", ""), (" blanks ", " blanks "), ("a,b", #""a,b""#),
    (#"say "no""#, #""say ""no""""#), ("two\nlines", "\"two\nlines\""),
    ("two\r\nlines", "\"two\r\nlines\""), ("two\rlines", "\"two\rlines\""), ("a;b", "a;b"),
    ("a,\u{301}b", "\"a,\u{301}b\""), ("\"\u{301}", "\"\"\"\u{301}\""),
  ])
  func `a cell of CSV is quoted where it has to be`(cell: String, quoted: String) {
    var table = Table([.init("x"), .init("y")])
    table.append([cell, "1"])
    #expect(table.csv == "x,y\n\(quoted),1\n")
  }

  /// https://owasp.org/www-community/attacks/CSV_Injection
  @Test(arguments: [
    ("=cmd()", "'=cmd()"), ("+1+cmd", "'+1+cmd"), ("-x", "'-x"), ("@sum(a,b)", #""'@sum(a,b)""#),
    ("\t=1", "'\t=1"), ("=\u{301}1", "'=\u{301}1"), ("-1.5", "-1.5"), ("+2e9", "+2e9"),
    ("a=b", "a=b"),
  ])
  func `a cell of CSV is no formula`(cell: String, written: String) {
    var table = Table([.init("x")])
    table.append([cell])
    #expect(table.csv == "x\n\(written)\n")
  }
}
