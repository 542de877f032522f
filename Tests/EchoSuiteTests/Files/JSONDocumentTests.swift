import Foundation
import Testing

@testable import EchoSuite

@Suite(.timeLimit(.minutes(1)))
struct JSONDocumentTests {
  private struct Document: Decodable {
    let schema: Plan.Schema
    let count: UInt64
    let share: Double?
    let parts: [Part]
    let kind: Server.Kind?

    struct Part: Decodable {
      let name: String
      let size: Int
      let isLarge: Bool?
    }
  }

  static let whole =
    #"{"schema": "echobench-plan/2", "count": 1, "share": 0.5, "parts": [{"name": "a", "size": 2}]}"#

  @Test(arguments: [
    (#""count": 1,"#, "", "'count' is missing"),
    (#""name": "a","#, "", "'parts[0].name' is missing"),
    (#""count": 1"#, #""count": null"#, "'count' must not be null"),
    (#""count": 1"#, #""count": "1""#, "'count' must be a whole number, but is a string"),
    (#""size": 2"#, #""size": []"#, "'parts[0].size' must be a whole number, but is a list"),
    (#""name": "a""#, #""name": 1"#, "'parts[0].name' must be a string, but is a number"),
    (#""share": 0.5"#, #""share": {}"#, "'share' must be a number, but is an object"),
    (#"[{"name": "a", "size": 2}]"#, "{}", "'parts' must be a list, but is an object"),
    (#"{"name": "a", "size": 2}"#, "[]", "'parts[0]' must be an object, but is a list"),
    (
      #""size": 2"#, #""size": 2, "isLarge": 0"#,
      "'parts[0].isLarge' must be true or false, but is a number"
    ),
    (
      #""count": 1"#, #""count": 1, "kind": {"none": {}}"#,
      "'kind' must be an object with exactly one of the members that there are"
    ),
    ("plan/2", "plan/9", "its schema is 'echobench-plan/9', which this version does not read"),
    (#""count": 1"#, #""count": -1"#, "'count' cannot be -1"),
    (#""count": 1"#, #""count": 1.5"#, "'count' cannot be 1.5"),
    (#""size": 2"#, #""size": 1e30"#, "'parts[0].size' cannot be 1000000000000000000000000000000"),
    (
      #""share": 0.5, "parts": [{"name": "a", "size": 2}]"#,
      #""share": -0.5, "parts": [{"name": "a", "size": 2}, {"name": "b", "size": 2.25}]"#,
      "'parts[1].size' cannot be 2.25"
    ),
    (whole, "", "it is not JSON: unexpected end of file"),
    (whole, "hello", "it is not JSON: invalid value around character 0."),
    (whole, "[]", "it must be an object, but is a list"),
    ("}]}", "}", "it is not JSON: unexpected end of file"),
    (#""share": 0.5"#, #""share": 1e400"#, "it is not JSON: number 1e400 is not representable."),
  ])
  func `what is wrong is said in words, with its place`(
    part: String, instead: String, reason: String
  ) throws {
    let text = Self.whole.replacingOccurrences(of: part, with: instead)
    #expect(text != Self.whole)
    let error = #expect(throws: FileProblem.self) { try decode(text) }
    #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
    #expect(error?.reason.contains("Error") == false)
  }

  @Test func `a document that is whole is read`() throws {
    #expect(try decode(Self.whole).parts[0].size == 2)
  }

  @Test(arguments: ["[", #"{"a":"#, #"{"count":["#])
  func `brackets without end are told as what they are`(opening: String) {
    // Foundation's decoder traps at the 513th bracket where nothing comes behind it.
    for count in [201, 513, 100_000] {
      let error = #expect(throws: FileProblem.self) {
        try decode(String(repeating: opening, count: count))
      }
      #expect(error?.reason == Self.tooDeep)
    }
  }

  private static let tooDeep =
    "it has lists and objects in each other to a depth that no document of ours has"

  @Test func `brackets in texts, and beside each other, are not in each other`() throws {
    let text = #"\\\"[{\\"# + String(repeating: "[", count: 600)
    for other in [
      "\"\(text)\"", "[\(Array(repeating: "[{}]", count: 600).joined(separator: ","))]",
    ] {
      #expect(
        try decode(Self.whole.replacing(#""count": 1"#, with: #""x": \#(other), "count": 1"#)).count
          == 1)
    }
    // A quote in UTF-16 that is none: ∢ is 0x2222.
    let half = "[\"\u{2222}\u{2200}\"," + String(repeating: "[", count: 512)
    let error = #expect(throws: FileProblem.self) {
      try JSONDocument.decode(JSONTree.self, from: half.data(using: .utf16LittleEndian)!)
    }
    #expect(error?.reason == Self.tooDeep)
  }

  /// A decoder for each of them would take an hour.
  @Test func `the number that does not fit is found among many`() {
    let others = Array(repeating: "-1", count: 10_000).joined(separator: ",")
    let text = Self.whole.replacing(#""count": 1"#, with: #""a": [\#(others)], "count": 1e30"#)
    let error = #expect(throws: FileProblem.self) { try decode(text) }
    #expect(error?.reason == "'count' cannot be 1000000000000000000000000000000")
  }

  @Test(arguments: ["1,", "{},", #""":1,"#])
  func `what is nothing but values is not decoded`(value: String) throws {
    let values = String(repeating: value, count: (1 << 20) / value.utf8.count)
    let text = value.hasPrefix("\"") ? "{\(values)\"\":1}" : "[\(values)1]"
    let error = #expect(throws: FileProblem.self) { try decode(text) }
    #expect(error?.reason == "it has more values than a document of its length can have")
    // As long, of a text.
    let whole = Self.whole.replacing("\"a\"", with: "\"\(String(repeating: "a", count: 1 << 20))\"")
    #expect(try decode(whole).parts[0].size == 2)
  }

  private func decode(_ text: String) throws -> Document {
    try JSONDocument.decode(Document.self, from: Data(text.utf8))
  }
}
