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

  @Test func `figures of processes that cannot be can be added up, as bytes and in thousands`() {
    let memory = procValue("Pss_Anon", in: "Rss: 1 kB\nPss_Anon: \(Self.most) kB\n") ?? 0
    #expect(memory == 1 << 40 && memory << 10 > memory)
    #expect(schedulingValue("nr_switches", in: "nr_switches  :  \(Self.most)\n") == 1 << 40)
    let times = schedulingTimes(in: "\(Self.most) \(Self.most) 1\n")
    #expect(times.running == 1 << 56 && times.waiting == 1 << 56)
    #expect(schedulingTimes(in: "7 x\n") == (7, 0))
  }

  @Test(arguments: [
    ("32768\t60999\n", 28_232), ("0 65535", 65_536), ("-1 9223372036854775807", 28_232),
    ("60999 32768", 28_232), ("1", 28_232), ("0 65536", 28_232),
  ])
  func `a range of ports that cannot be is that of Linux`(range: String, count: Int) {
    #expect(PortNeed.ports(in: range) == count)
  }

  @Test(arguments: ["", ")", "7 (a", "7 (a) S", "7 (a) S x" + String(repeating: " 1", count: 30)])
  func `what is no such file is none`(text: String) {
    #expect(ProcessStat(text: text) == nil)
  }
}
