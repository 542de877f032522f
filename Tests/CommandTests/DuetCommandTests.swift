import ArgumentParser
import EchoSuite
import Foundation
import Testing

@testable import echobench

/// `duet` with servers of ours, in processes. What it makes of their figures is tested without.
@Suite(.timeLimit(.minutes(3)))
struct DuetCommandTests {
  private static let server =
    "exec '\(RunningProgram.path)' server --backend threads --address {address}"
  private static let short = ["--duration", "20ms", "--warmup", "0", "--seed", "7"]

  @Test func `a signal ends it with what was measured, and leaves no process`() async throws {
    try await TemporaryFolder.with { folder in
      // A line each time that it starts: when the eighth does, some pairs are done.
      let counted = "echo >>\(folder.path)/starts; \(Self.server)"
      let arguments = ["duet", "a=\(Self.server)", "b=\(counted)", "--budget", "100s"] + Self.short
      try await RunningProgram.with(arguments) { program in
        try await eventually {
          folder.read("starts").count { $0 == "\n" } >= 8 || !program.isRunning
        }
        program.signal(SIGINT)
        let ending = try await program.end()
        #expect(ending.status == 130, "\(ending.errors)")
        #expect(ending.output.hasPrefix("# b against a, at the same moment\n"), "\(ending.output)")
        #expect(ending.output.contains("| one after the other |"))
        #expect(ending.output.contains("fresh processes for each pair, seed 7."))
        #expect(try pairs(in: ending.output) >= 7, "\(ending.output)")
      }
      try await eventually(every: processListing) {
        runningProcesses(mentioning: folder.path).isEmpty
      }
    }
  }

  /// How many pairs a report is of, with those that were left out.
  private func pairs(in report: String) throws -> Int {
    let rows = report.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
    let read = rows.compactMap { row in
      Int(row.split(separator: "|")[1].trimmingCharacters(in: .whitespaces))
    }
    let leftOut = try #require(report.firstMatch(of: /([0-9]+) pairs? were left out/))
    return read.reduce(0, +) + (try #require(Int(leftOut.1)))
  }

  @Test(arguments: [
    (Duet.Outcome.fine, Int32(0)), (.doubtful, 1), (.regression, 2), (.invalid, 3),
  ])
  func `it exits with what it found`(outcome: Duet.Outcome, status: Int32) {
    #expect(DuetCommand.status(of: outcome).rawValue == status)
  }

  @Test func `a server that is not there is told`() async throws {
    let ending = try await RunningProgram.run(
      ["duet", "a=\(Self.server)", "b=exec /nowhere/at-all {port}"] + Self.short)
    #expect(ending.status == 1)
    #expect(ending.output == "")
    #expect(ending.errors.contains("/nowhere/at-all"), "\(ending.errors)")
  }

  @Test(arguments: [
    (["a=serve {port}"], "Missing expected argument"),
    (["a=serve {port}", "a=serve {port}"], "need different names, got a twice."),
    (["a=serve {port}", "b"], "'b' must be a name, '=' and a command."),
    (["a=serve {port}", "b=serve {port}", "--threshold", "0"], "'--threshold' must be above 0%"),
    (["a=serve {port}", "b=serve {port}", "--duration", "1ms"], "'--duration' must be at least"),
  ])
  func `bad input is told in words`(arguments: [String], message: String) throws {
    let error = try #require(throws: (any Error).self) {
      try Echobench.parseAsRoot(["duet"] + arguments)
    }
    #expect(Echobench.exitCode(for: error).rawValue == 64)
    let said = Echobench.fullMessage(for: error)
    #expect(said.contains(message), "\(said)")
  }
}
