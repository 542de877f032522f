import ArgumentParser
import EchoIO
import EchoSuite
import Foundation
import Testing

@testable import echobench

/// What a shell offers behind an option whose values have names.
@Suite(.timeLimit(.minutes(1)))
struct CompletionTests {
  private static let backends = Backends.all.map { $0.name }
  private static let presets = Preset.all.map(\.name)

  @Test(arguments: [
    ("server --backend", "", backends), ("server --backend", "li", ["libuv"]),
    ("suite --preset", "", presets), ("suite --show-preset", "", presets),
    ("client --engine", "", ["blocking", "event"]),
    ("client --verify", "", ["full", "length", "off"]),
    ("report results --format", "", ReportFormat.allCases.map(\.rawValue)),
    ("anatomy --backend", "li", ["libuv"]),
    ("anatomy --format", "", AnatomyFormat.allCases.map(\.rawValue)),
    ("calibrate --format", "", ["text", "json"]),
    ("doctor --format", "", ["text", "json"]),
    ("compare a b --format", "", ComparisonFormat.allCases.map(\.rawValue)),
  ])
  func `bash offers the names`(words: String, begun: String, names: [String]) throws {
    let ask = """
      COMP_WORDS=(echobench \(words) '\(begun)')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      COMP_LINE="${COMP_WORDS[*]}"
      COMP_POINT=${#COMP_LINE}
      function=$(complete -p echobench | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      $function echobench '\(begun)' "${COMP_WORDS[COMP_CWORD - 1]}"
      echo "${COMPREPLY[*]}"
      """
    let offered = try bash(Echobench.completionScript(for: .bash) + "\n" + ask)
    #expect(offered.split(whereSeparator: \.isWhitespace).map(String.init) == names)
  }

  @Test func `zsh and fish are told the same names`() {
    let zsh = Echobench.completionScript(for: .zsh)
    let fish = Echobench.completionScript(for: .fish)
    for names in [Self.backends, Self.presets] {
      #expect(zsh.contains("=(\(names.map { "'\($0)'" }.joined(separator: " ")))"))
      #expect(fish.contains(" -rfka '\(names.joined(separator: " "))'"))
    }
  }

  private func bash(_ script: String) throws -> String {
    let (process, input, output) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["--norc", "-s"]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(script.utf8))
    try input.fileHandleForWriting.close()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: said, as: UTF8.self)
  }
}
