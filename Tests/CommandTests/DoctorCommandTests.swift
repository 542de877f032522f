import Foundation
import Testing

@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct DoctorCommandTests {
  @Test func `JSON is what its schema says, and ends with 0 whatever is found`() async throws {
    let ending = try await RunningProgram.run(["doctor", "--format", "json"])
    #expect(ending.status == 0)
    let document = try JSONValue(parsing: ending.output)
    try expectValid(document, "doctor")
    guard case .array(let checks) = document["checks"] else {
      Issue.record("no checks: \(ending.output)")
      return
    }
    let states = checks.compactMap { $0["state"]?.string }
    #expect(document["warnings"]?.number == Double(states.count { $0 == "warning" }))
    for check in checks {
      let isFound = ["warning", "information"].contains(check["state"]?.string)
      #expect((check["command"] != .null) == isFound)
    }
  }

  @Test func `text has no control characters but its lines`() async throws {
    let ending = try await RunningProgram.run(["doctor"])
    #expect(ending.status == 0)
    #expect(ending.errors == "")
    #expect(!ending.output.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    #expect(ending.output.contains("\nFine:\n"))
  }

  /// Of the tests' own load, if nothing else.
  @Test func `a process that is busy is named`() async throws {
    try await RunningProgram.with(
      ["-c", "while :; do :; done"], program: "/bin/sh"
    ) { busy in
      let ending = try await RunningProgram.run(["doctor", "--format", "json"])
      let document = try JSONValue(parsing: ending.output)
      guard case .array(let checks) = document["checks"] else { return }
      let check = checks.first { $0["key"]?.string == "busy" }
      #expect(check?["state"]?.string == "warning")
      #expect(busy.isRunning)
    }
  }

  @Test func `a suite tells two things at most, and where the rest is`() async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await RunningProgram.run(
        [
          "suite", "--config", "a.yaml", "--output", "out", "--rounds", "1", "--duration", "10ms",
          "--warmup", "0",
        ],
        in: folder.path,
        after: "printf 'name: a\\nservers: [{backend: threads}]\\ntwin: false\\n' >a.yaml")
      #expect(ending.status == 0, "\(ending.errors)")
      let lines = ending.errors.split(separator: "\n")
      let pointers = lines.indices.filter { lines[$0].contains("'echobench doctor'") }
      // There is no machine without fault that runs tests.
      #expect(pointers.count == 1)
      #expect((pointers.first ?? .max) <= 2)
    }
  }
}
