import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// Every text in a suite's folder may be anybody's: none of it steers a terminal, and none becomes markup.
@Suite(.timeLimit(.minutes(5)))
struct HostileWordsTests {
  /// A clipboard set, a colour by one byte, a change of direction, a line written over, a tag, a picture.
  /// And the last two alone, which may stand in a command.
  private static let words = [
    "\u{1b}]52;c;QUJD\u{7}\u{9b}31m\u{202e}\r<img src=x onerror=alert(1)>![a](http://x)",
    "<img src=x onerror=alert(1)>![a](http://x) {port}",
  ]

  /// Puts them into each text of a file in turn. What is still read makes reports without them.
  @Test(arguments: ["plan.json", "machine.json", "trials.jsonl", "anatomy.jsonl"])
  func `no text of a folder does anything in a report`(file: String) async throws {
    try await FileTree.with([:]) { tree in
      let source = SimulatedResults.folder.path(percentEncoded: false)
      for name in ["plan.json", "machine.json", "trials.jsonl", "anatomy.jsonl"] {
        try FileManager.default.copyItem(
          atPath: "\(source)/\(name)", toPath: "\(tree.root)/\(name)")
      }
      let path = "\(tree.root)/\(file)"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      // Of a log the first lines do: the others have no other members.
      let head =
        file.hasSuffix("l") ? text.split(separator: "\n").prefix(3).map { $0 } : [text[...]]
      let rest = try String(contentsOfFile: "\(tree.root)/trials.jsonl", encoding: .utf8)
        .split(separator: "\n").prefix(3).joined(separator: "\n")
      try tree.write(rest + "\n", to: "trials.jsonl")
      var read = 0
      for (number, line) in head.enumerated() {
        let document = try JSONDecoder().decode(JSONTree.self, from: Data(line.utf8))
        for place in document.texts(at: []) {
          for words in Self.words {
            var changed = document
            changed.replace(place[...], with: .string(words))
            var lines = head.map(String.init)
            lines[number] = String(decoding: try JSONEncoder().encode(changed), as: UTF8.self)
            try tree.write(lines.joined(separator: "\n") + "\n", to: file)
            read +=
              try expectHarmless(tree, "\(file):\(number + 1) \(place.map(\.stringValue))") ? 1 : 0
          }
        }
      }
      // Not every text can be anything, and some can.
      #expect(read > 0)
    }
  }

  /// - Returns: whether it was read.
  private func expectHarmless(_ tree: FileTree, _ place: String) throws -> Bool {
    let log: TrialLog
    do {
      log = try TrialLog.open(tree.root)
    } catch {
      #expect(!"\(error)".hasControlCharacters, "\(place)")
      return false
    }
    let result = SuiteResult(log)
    let terminal = TerminalReport(
      result, TerminalStyle(width: 80, isASCII: false, hasColour: false)
    ).text
    for (name, text) in try ReportFormat.allCases.map({ ($0.fileName, try $0.render(result)) })
      + [("the terminal", terminal)]
    {
      let lines = text.split(separator: "\n")
      #expect(!lines.contains { String($0).hasControlCharacters }, "\(place) in \(name)")
      #expect(
        name.hasSuffix("json") || name.hasSuffix("csv") || name == "the terminal"
          || !text.replacing("\\<img", with: "").contains("<img"), "\(place) in \(name)")
      #expect(
        name != "report.md" || !text.replacing("\\](http", with: "").contains("](http:"), "\(place)"
      )
    }
    return true
  }
}

extension JSONTree {
  /// The places of all texts.
  fileprivate func texts(at place: [Key]) -> [[Key]] {
    switch self {
    case .string: [place]
    case .list(let values):
      values.enumerated().flatMap { $1.texts(at: place + [Key(intValue: $0)]) }
    case .object(let members):
      members.sorted { $0.key < $1.key }
        .flatMap { $1.texts(at: place + [Key(stringValue: $0)]) }
    default: []
    }
  }
}
