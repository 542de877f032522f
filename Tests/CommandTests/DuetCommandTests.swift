import Foundation
import Testing

/// `duet` with servers of ours, in processes.
@Suite(.timeLimit(.minutes(3)))
struct DuetCommandTests {
  private static let server =
    "exec '\(RunningProgram.path)' server --backend threads --address {address}"
  private static let short = ["--budget", "1s", "--duration", "20ms", "--warmup", "0"]

  /// How much of it can be read depends on the machine, and so does the status.
  @Test func `two servers are measured at the same moment`() async throws {
    let ending = try await RunningProgram.run(
      ["duet", "a=\(Self.server)", "b=\(Self.server)", "--threshold", "90%", "--seed", "7"]
        + Self.short)
    #expect([0, 1].contains(ending.status), "\(ending.errors)")
    #expect(ending.output.hasPrefix("# b against a, at the same moment\n"), "\(ending.output)")
    #expect(ending.output.contains("| one after the other |"))
    #expect(ending.output.contains("fresh processes for each pair, seed 7."))
  }

  @Test func `a server that is not there is told`() async throws {
    let ending = try await RunningProgram.run(
      ["duet", "a=\(Self.server)", "b=exec /nowhere/at-all {port}"] + Self.short)
    #expect(ending.status == 1)
    #expect(ending.output == "")
    #expect(ending.errors.contains("/nowhere/at-all"), "\(ending.errors)")
  }

  @Test func `a signal ends it with what was measured, and leaves no process`() async throws {
    try await RunningProgram.with(
      ["duet", "a=\(Self.server)", "b=\(Self.server)", "--budget", "100s", "--duration", "50ms"]
    ) { program in
      try await Task.sleep(for: .seconds(1))
      program.signal(SIGINT)
      let ending = try await program.end()
      #expect(ending.status == 130, "\(ending.errors)")
      #expect(ending.output.hasPrefix("# b against a, at the same moment\n"))
    }
  }

  @Test(arguments: [
    (["a=serve {port}"], "Missing expected argument"),
    (["a=serve {port}", "a=serve {port}"], "need different names, got a twice."),
    (["a=serve {port}", "b"], "'b' must be a name, '=' and a command."),
    (["a=serve {port}", "b=serve {port}", "--threshold", "0"], "'--threshold' must be above 0%"),
    (["a=serve {port}", "b=serve {port}", "--duration", "1ms"], "'--duration' must be at least"),
  ])
  func `bad input is told in words`(arguments: [String], message: String) async throws {
    let ending = try await RunningProgram.run(["duet"] + arguments)
    #expect(ending.status == 64)
    #expect(ending.errors.contains(message), "\(ending.errors)")
  }
}
