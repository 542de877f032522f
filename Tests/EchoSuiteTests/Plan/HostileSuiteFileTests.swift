import Foundation
import Testing

@testable import EchoSuite

/// Keys of a suite file that ask for too much.
struct Excess: Sendable, CustomTestStringConvertible {
  let keys: String
  /// What the complaint begins with.
  let reason: String

  init(_ keys: String, _ reason: String) {
    self.keys = keys
    self.reason = reason
  }

  var testDescription: String { reason }
}

/// Suite files that would take all memory or all time end with an error at once.
@Suite(.timeLimit(.minutes(1)))
struct HostileSuiteFileTests {
  /// Each of these lines names the one before nine times: a billion values after nine of them.
  static let bomb =
    "a0: &a0 [x]\n"
    + (1...30).map { level in
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      return "a\(level): &a\(level) [\(aliases)]\n"
    }.joined()

  @Test(arguments: [
    "? *a\n: b\n", "*a : b\n", "b: {*a : c}\n", "b: {? [*a] : c}\n", "b: {? {*a : 1} : c}\n",
  ])
  func `aliases as a key are refused`(key: String) {
    #expect(
      error(of: "x-a: &a [x]\n" + key)
        == failure(2, "a key must be a word, written out: no alias, list or mapping"))
  }

  @Test(arguments: ["", "name: *a30\n", "*a30 : b\n", "<<: *a30\n", "? [*a30]\n: c\n"])
  func `aliases that stand for too much are refused before that is made`(key: String) {
    // Nine to the power of five is the first that is over the limit, in the sixth line.
    #expect(
      error(of: Self.bomb + key)
        == failure(6, "its aliases stand for more than 100000 values: use fewer"))
  }

  @Test func `merge keys that stand for too much are refused`() {
    let merges = (1...30).map { level in
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      return "x-a\(level): &a\(level) {<<: [\(aliases)]}\n"
    }
    #expect(
      error(of: "x-a0: &a0 {a: b}\n" + merges.joined())?.reason.hasPrefix("its aliases") == true)
  }

  @Test func `asterisks that are no aliases are read as they are`() throws {
    let file = try SuiteFileReader.read(
      """
      name: stars   # *not this
      about: "*every* byte \u{E000} *"
      servers:
        - name: a*b
          command: serve {port} --allow * 'x*' &
        - name: '*c'
          command: |-
            *serve {port}
      """, file: "stars.yaml")
    #expect(file.about == "*every* byte \u{E000} *")
    #expect(file.sweep.entries.map(\.name) == ["a*b", "*c"])
    #expect(
      file.sweep.entries.map(\.kind) == [
        .command(line: "serve {port} --allow * 'x*' &"), .command(line: "*serve {port}"),
      ])
  }

  @Test func `a parser's complaint has the text as it was`() {
    let error = error(of: "name: a\nna*me: b\nna*me: c\n")
    #expect(error?.reason == "has 'na*me' twice")
  }

  @Test(arguments: ["[", "{a: ", "- "])
  func `nesting without end is refused`(opening: String) {
    #expect(error(of: "name: " + String(repeating: opening, count: 200_000)) != nil)
  }

  @Test(arguments: [
    Excess("rounds: 10001", "'rounds' must be at most 10000, got '10001'"),
    Excess(
      "rounds: 9223372036854775807", "'rounds' must be at most 10000, got '9223372036854775807'"),
    Excess("warmup: 25h", "'warmup' must be at most 24h, got '25h'"),
    Excess("workers: 9223372036854775807", "'workers' must be at most 4096, got"),
    Excess("connections: 9223372036854775807", "'connections' must be at most 60000, got"),
    Excess(
      "event_workers: 9223372036854775807\nengines: event", "'event_workers' must be at most the 5"),
    Excess("buffers: 17g", "'buffers' must be at most 16GiB, got '17g'"),
    Excess("sizes: [\(list(1...1001))]", "'sizes' must have at most 1000 entries, got 1001"),
    Excess(
      "sizes: [\(list(1...1000))]\nconnections: [\(list(5...104))]",
      "'sizes' makes more than 10000 loads"
    ),
    Excess(
      "sizes: [\(list(1...1000))]\nbuffers: [\(list(1...100))]",
      "the number of scenarios must be at most 10000, got 100001"
    ),
    Excess(
      "sizes: [\(list(1...1000))]\nrounds: 1000",
      "1000 rounds of 1001 scenarios are more than the 1000000 trials that a suite may have"
    ),
  ])
  func `what goes beyond the limits is refused before it is made`(excess: Excess) {
    let error = error(of: "name: big\n\(excess.keys)\nservers: [{backend: threads}]")
    #expect(error?.reason.hasPrefix(excess.reason) == true, "\(error?.reason ?? "")")
  }

  @Test func `a server's threads and name have limits, too`() {
    let threads = error(of: "name: a\nservers:\n  - backend: threads\n    threads: 4097")
    #expect(threads == failure(4, "'threads' must be at most 4096, got '4097'"))
    let name = error(of: "name: a\nservers:\n  - backend: threads\n    name: \"a\\eb\"")
    #expect(name == failure(4, "'name' must not have control characters"))
    let turned = error(of: "name: a\nservers:\n  - backend: threads\n    name: \"a\\u202eb\"")
    #expect(turned == failure(4, "'name' must not have control characters"))
    let about = error(of: "name: a\nabout: \"a\\nb\\ec\"\nservers: [{backend: threads}]")
    #expect(about == failure(2, "'about' must not have control characters"))
  }

  @Test func `a byte order mark is no fault`() async throws {
    let text = "\u{FEFF}name: a\nservers: [{backend: threads}]"
    try await FileTree.with(["a.yaml": text]) { tree throws in
      #expect(try SuiteFile.read(path: tree.root + "a.yaml").name == "a")
    }
  }

  @Test func `a file that is no text is refused`() async throws {
    try await FileTree.with([:]) { tree in
      let path = tree.root + "a.yaml"
      try Data([0x6E, 0x61, 0xFF, 0xFE]).write(to: URL(filePath: path))
      let error = #expect(throws: SuiteFileError.self) { try SuiteFile.read(path: path) }
      #expect(error?.reason == "is no text in UTF-8")
    }
  }

  @Test func `a file without end is not read to its end`() {
    let error = #expect(throws: SuiteFileError.self) { try SuiteFile.read(path: "/dev/zero") }
    #expect(error?.reason == "cannot be read: is longer than 1 MiB")
  }

  private func failure(_ line: Int, _ reason: String) -> SuiteFileError {
    SuiteFileError(file: "hostile.yaml", line: line, reason: reason)
  }

  private func error(of text: String) -> SuiteFileError? {
    #expect(throws: SuiteFileError.self) {
      try SuiteFileReader.read(text, file: "hostile.yaml")
    }
  }

  private static func list(_ range: ClosedRange<Int>) -> String {
    range.map { "\($0)" }.joined(separator: ", ")
  }
}
