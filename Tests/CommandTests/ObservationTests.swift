import EchoIO
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ObservationTests {
  @Test func `an observed process that loses its children has no figures, and that is said`()
    async throws
  {
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    // Some children are there when the window begins, and those are gone at its end.
    shell.arguments = ["-c", "while :; do sleep 0.5 & sleep 0.1; done"]
    try shell.run()
    defer {
      kill(shell.processIdentifier, SIGKILL)
      shell.waitUntilExit()
    }
    try await withServer { address in
      let ending = try await RunningProgram.run([
        "client", "--address", address, "--duration", "1s", "--warmup", "50ms",
        "--observe", "\(shell.processIdentifier)", "--format", "json",
      ])
      #expect(ending.status == 0, "\(ending.errors)")
      #expect(try JSONValue(parsing: ending.output)["server"] == .null)
      #expect(
        ending.errors.contains("warning: no figures of process \(shell.processIdentifier): it or"))
    }
  }
}
