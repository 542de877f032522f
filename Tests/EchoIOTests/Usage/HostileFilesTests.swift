import Testing

@testable import EchoIO

/// Files of /proc in which anything stands, as a container may have them.
struct HostileFilesTests {
  private static let most = "18446744073709551615"

  @Test func `counters that cannot be are no reason to end`() throws {
    let line = "cpu " + Array(repeating: Self.most, count: 10).joined(separator: " ")
    let usage = MachineUsage(cpuLine: line[...])
    #expect(usage.busy > 1 << 55 && usage.idle > 1 << 55 && usage.stolen > 1 << 55)
    let cpus = ServerReading.cpus(line.replacing("cpu ", with: "cpu3 "))
    #expect(cpus.map(\.number) == [3])
    let process = try #require(
      ProcessStat(
        text: "7 (a) b) S 1 " + Array(repeating: Self.most, count: 30).joined(separator: " ")))
    #expect(process.parent == 1 && process.user > 1 << 55)
  }

  @Test(arguments: ["", ")", "7 (a", "7 (a) S", "7 (a) S x" + String(repeating: " 1", count: 30)])
  func `what is no such file is none`(text: String) {
    #expect(ProcessStat(text: text) == nil)
  }
}
