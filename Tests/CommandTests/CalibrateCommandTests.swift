import Foundation
import Testing

@Suite(.timeLimit(.minutes(1)), .takingTurns)
struct CalibrateCommandTests {
  @Test func `a person gets a line for each cost`() async throws {
    let ending = try await RunningProgram.run(["calibrate"])
    #expect(ending.status == 0, "\(ending.errors)")
    let names = [
      "machine", "figures", "system call", "receive of nothing", "message of 1 B",
      "message of 1000 B", "message of 64 KiB", "each KiB of it", "wake-up, same CPU",
      "wake-up, other CPU",
    ]
    let lines = ending.output.split(separator: "\n")
    for name in names { #expect(lines.contains { $0.hasPrefix("\(name) ") }, "\(name)") }
  }

  @Test func `a program gets the machine with its floor, as the schema says`() async throws {
    let ending = try await RunningProgram.run(["calibrate", "--format", "json"])
    #expect(ending.status == 0, "\(ending.errors)")
    let document = try JSONValue(parsing: ending.output)
    #expect(document["schema"] == .string("echobench-machine/1"))
    #expect(document["floor"]?["system_call"]?["ns"] != nil)
    try expectValid(document, "the machine")
  }

  @Test func `on one CPU there is no wake-up across CPUs`() async throws {
    let ending = try await RunningProgram.run(
      ["calibrate", "--format", "json"],
      after: "command -v taskset >/dev/null && taskset -pc 0 $$ >/dev/null")
    let document = try JSONValue(parsing: ending.output)
    try expectValid(document, "the machine")
    #expect(document["floor"]?["wake_up_other_cpu"] == nil)
    #expect(
      document["floor"]?["unavailable"]?["wake_up_other_cpu"]
        == .string("this process may run on one CPU only"))
  }

  @Test func `a format that there is not is told`() async throws {
    let ending = try await RunningProgram.run(["calibrate", "--format", "yaml"])
    #expect(ending.status == 64)
    #expect(ending.errors.contains("yaml"), "\(ending.errors)")
  }

  @Test func `without descriptors it says so`() async throws {
    let ending = try await RunningProgram.run(["calibrate"], after: "ulimit -n 5")
    #expect(ending.status == 1)
    #expect(ending.output == "")
    #expect(ending.errors.contains("ulimit -n"), "\(ending.errors)")
  }
}
