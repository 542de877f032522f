import FoundationEssentials
import Testing

@testable import EchoSuite

struct CheckupTests {
  private static let faults = [
    "proc/loadavg": "9.00 1 1 1/1 1", "sys/devices/system/cpu/smt/active": "1",
    "proc/sys/net/core/somaxconn": "128", "sys/class/net/lo/mtu": "1500",
  ]

  @Test func `warnings go first, what weighs most among them`() async throws {
    let findings = try await checkup(Self.faults).findings
    #expect(findings.map(\.key) == ["load", "somaxconn", "smt", "loopback"])
  }

  @Test func `what is known of a suite stands instead of what is found in general`() async throws {
    let known = [Finding.shortBacklog(somaxconn: 128, connections: 10_000), .fewCPUs(2)]
    let findings = try await checkup(Self.faults).findings(with: known)
    #expect(findings.map(\.key) == ["load", "cpus", "somaxconn", "smt", "loopback"])
    #expect(findings.contains(known[0]) && findings.contains(known[1]))
  }

  @Test func `text has what was found, what is not known and what is fine`() async throws {
    let text = try await checkup(Self.faults).description
    #expect(text.hasPrefix("4 findings of 26 checks, 2 warnings among them.\n\nWarning: The load"))
    #expect(text.contains("\n  mend: sudo sysctl -w net.core.somaxconn=4096\n"))
    #expect(text.contains("\n  look: ps -eo "))
    #expect(text.contains("\nNote: Two CPUs are one core (SMT).\n"))
    #expect(text.contains("\nNot known:\n  Other processes: /proc/stat"))
    #expect(text.contains("\nFine:\n  The program's own build: This is a release build.\n"))
  }

  @Test func `root is told to type the same without sudo`() async throws {
    let files = MachineFixture.fine.merging([
      "proc/sys/net/core/somaxconn": "128", "sys/devices/system/cpu/smt/active": "1",
    ]) { $1 }
    let findings = try await FileTree.with(files) { tree in
      Checkup(
        of: Surroundings(root: tree.root, build: .example, searchPath: ["usr/bin"]) { _ in nil },
        isRoot: true)
    }.findings
    #expect(
      findings.map(\.command) == [
        .mending("sysctl -w net.core.somaxconn=4096"),
        .mending("echo off | tee /sys/devices/system/cpu/smt/control"),
      ])
  }

  private func checkup(_ files: [String: String]) async throws -> Checkup {
    try await FileTree.with(MachineFixture.fine.merging(files) { $1 }) { tree in
      Checkup(
        of: Surroundings(root: tree.root, build: .example, searchPath: ["usr/bin"]) { _ in nil })
    }
  }
}
