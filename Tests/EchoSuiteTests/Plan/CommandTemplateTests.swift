import EchoIO
import Testing

@testable import EchoSuite

struct CommandTemplateTests {
  @Test(arguments: [
    ("serve {port}", "serve <port>"),
    ("serve {{port}}", "serve {port}"),
    ("serve {{{port}}}", "serve {<port>}"),
    ("{{{{port}}}}", "{{port}}"),
    ("awk '{{print}}' {port}", "awk '{print}' <port>"),
    ("x {{ {port} }} y", "x { <port> } y"),
    ("{{port} {port}", "{port} <port>"),
    // Nothing was opened that these could close.
    ("${A:-${B}} {port}", "${A:-${B}} <port>"),
    ("-d '{\"a\":{\"b\":{port}}}'", "-d '{\"a\":{\"b\":<port>}}'"),
    ("}} {port} {{", "}} <port> {"),
    ("{} ${HOME} {Port} {po rt} { {port}", "{} ${HOME} {Port} {po rt} { <port>"),
    // A brace is one, whatever is combined with it.
    (
      "a {port}\u{301} {{port}}\u{301} {\u{301}port}", "a <port>\u{301} {port}\u{301} {\u{301}port}"
    ),
    ("", ""),
  ])
  func `places are filled, and braces written twice stay`(command: String, expanded: String) {
    #expect(CommandTemplate(command).filled { "<\($0)>" } == expanded)
  }

  @Test func `what is put into a place is not read again`() {
    #expect(CommandTemplate("{a} {b}").filled { $0 == "a" ? "{b} {{c}}" : "x" } == "{b} {{c}} x")
  }

  @Test func `a place that stays is none`() {
    #expect(Server.problem(ofCommand: "serve {{nowhere}} {port}") == nil)
    #expect(
      Server.problem(ofCommand: "serve {{port}}")
        == "the command must have {address} or {port} in it: it is told where to listen there")
    #expect(!Server.has(.bufferSize, in: "serve {port} {{buffer_size}}"))
    #expect(
      Server.expand(
        "serve {{port}} {port}", at: .internet(host: "127.0.0.1", port: 7), bufferBytes: nil)
        == "serve {port} 7")
  }

  @Test func `a client's command has the same escape`() {
    let client = Client(name: "a", command: "drive {options} '{{options}}' {{x}}")
    #expect(client.problem == nil)
    #expect(client.expanded([.options: "--all"]) == "drive --all '{options}' {x}")
    #expect(
      Client(name: "a", command: "drive {{options}}").problem?.hasPrefix(
        "the command must have {address}, {port} or {options} in it") == true)
    #expect(
      Client(name: "a", command: "drive {option}").problem?.hasSuffix(
        ". Braces that stay are written twice: {{option}}") == true)
  }
}
