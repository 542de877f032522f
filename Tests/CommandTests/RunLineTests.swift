import EchoIO
import Foundation
import Testing

@testable import echobench

struct RunLineTests {
  @Test(arguments: [
    (RunStanding(phase: .warmUp, left: .milliseconds(900)), "warm-up, 1s left"),
    (
      RunStanding(phase: .warmUp, left: .seconds(2), messagesPerSecond: 12_345.4),
      "warm-up, 2s left; 12,345 messages/s"
    ),
    (
      RunStanding(phase: .window, left: .milliseconds(4_001), messagesPerSecond: 93_512),
      "5s left; 93,512 messages/s"
    ),
    (RunStanding(phase: .window, left: .seconds(125)), "2m5s left"),
    (
      RunStanding(phase: .window, left: nil, completed: 1_500, total: 10_000, messagesPerSecond: 0),
      "1,500 messages of 10,000; 0 messages/s"
    ),
    (
      RunStanding(phase: .ending, left: nil), "the window is over; waiting for what is on its way"
    ),
  ])
  func `a standing is told in words`(standing: RunStanding, text: String) {
    #expect(standing.text == text)
  }

  @Test(arguments: [1, 2, 10, 30, 80])
  func `the line is never wider than its terminal`(columns: Int) {
    var written = ""
    let line = RunLine(columns: { columns }, write: { written += $0 })
    line.show("the window is over; waiting for what is on its way")
    #expect(written.hasPrefix("\r\u{1b}[K"))
    #expect(written.dropFirst("\r\u{1b}[K".count).count <= columns - 1)
  }
}

/// A run that a person watches.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct WatchedRunTests {
  @Test func `a terminal shows the warm-up, what is left and the rate, and then nothing of it`()
    async throws
  {
    let said = try await watched(["--warmup", "600ms", "--duration", "1200ms"])
    let texts = texts(said)
    #expect(texts.first?.hasPrefix("connecting to 127.0.0.1:") == true)
    #expect(texts.contains { $0.hasPrefix("warm-up, 1s left") })
    #expect(texts.contains { $0.wholeMatch(of: /[12]s left; [0-9,]+ messages\/s/) != nil })
    #expect(texts.last == "")
    #expect(!said.contains("\n"))
  }

  @Test func `messages that end the window are counted`() async throws {
    let said = try await watched(["--warmup", "0", "--messages", "30k", "-r20k", "-c2"])
    let texts = texts(said)
    #expect(texts.contains { $0.wholeMatch(of: /[0-9,]+ messages of 60,000(; .*)?/) != nil })
    #expect(texts.last == "")
  }

  @Test func `a server that cannot be reached leaves no line behind`() async throws {
    let terminal = try PseudoTerminal()
    let ending = try await run(["client", "127.0.0.1:1"], at: terminal)
    #expect(ending.status == 1)
    let said = texts(withoutWarning(terminal.read()))
    #expect(said == ["connecting to 127.0.0.1:1", ""])
  }

  @Test func `told to be quiet it says nothing, and so it does without a terminal`() async throws {
    let run = ["--warmup", "0", "--duration", "700ms"]
    #expect(try await watched(run + ["--quiet"]) == "")
    try await withServer { address in
      let ending = try await RunningProgram.run(["client", address] + run)
      #expect(!ending.errors.contains("left") && !ending.errors.contains("\r"))
    }
  }

  @Test func `a search is quiet, too`() async throws {
    let search = ["--find-rate", "p50<1s", "--duration", "50ms", "--warmup", "0", "-w1"]
    #expect(try await watched(search + ["--quiet"]) == "")
  }

  /// What a terminal gets to see of a run.
  private func watched(_ arguments: [String]) async throws -> String {
    let terminal = try PseudoTerminal()
    try await withServer { address in
      let ending = try await run(["client", address, "-w2"] + arguments, at: terminal)
      #expect(ending.status == 0, "\(ending.output)")
    }
    return withoutWarning(terminal.read())
  }

  /// That of a build that is not optimised.
  private func withoutWarning(_ said: String) -> String {
    said.split(separator: "\r\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("echobench: warning: this is a debug build") }
      .joined(separator: "\n")
  }

  private func run(
    _ arguments: [String], at terminal: PseudoTerminal
  ) async throws -> RunningProgram.Ending {
    try await RunningProgram.run(
      arguments, after: "export TERM=xterm; exec 2>\(terminal.name)")
  }

  /// What stood on the line, one after the other.
  private func texts(_ said: String) -> [Substring] {
    said.split(separator: "\r\u{1b}[K", omittingEmptySubsequences: false).dropFirst().map { $0 }
  }
}
