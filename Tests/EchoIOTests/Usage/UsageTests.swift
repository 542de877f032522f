import Glibc
import Testing

@testable import EchoIO

struct MachineUsageTests {
  /// Nanoseconds of one tick.
  private let tick = MachineUsage.nanosecondsPerTick

  @Test func `a line of /proc/stat is busy, idle and stolen time`() {
    // user nice system idle iowait irq softirq steal guest guest_nice (proc_stat(5)); guest time
    // is part of user time already.
    let usage = MachineUsage(cpuLine: "cpu  100 20 30 4000 500 6 7 80 9 10")
    #expect(usage.busy == (100 + 20 + 30 + 6 + 7) * tick)
    #expect(usage.idle == 4500 * tick)
    #expect(usage.stolen == 80 * tick)
  }

  @Test func `columns that an old kernel lacks are zero`() {
    let usage = MachineUsage(cpuLine: "cpu 1 2 3 4")
    #expect(usage.busy == 6 * tick)
    #expect(usage.idle == 4 * tick)
    #expect(usage.stolen == 0)
    #expect(MachineUsage(cpuLine: "") == MachineUsage(busy: 0, idle: 0, stolen: 0))
  }

  @Test func `what happened between two readings is their difference`() {
    let difference =
      MachineUsage(busy: 10, idle: 20, stolen: 3) - MachineUsage(busy: 4, idle: 5, stolen: 3)
    #expect(difference == MachineUsage(busy: 6, idle: 15, stolen: 0))
  }

  @Test func `a counter that went back is no use of the machine`() {
    // Idle time may, and what waits for a disk counts as idle (proc_stat(5)).
    let difference =
      MachineUsage(busy: 10, idle: 20, stolen: 3) - MachineUsage(busy: 12, idle: 25, stolen: 4)
    #expect(difference == MachineUsage(busy: 0, idle: 0, stolen: 0))
  }

  @Test func `this machine has been up for a while`() throws {
    let now = try #require(MachineUsage.now())
    #expect(now.busy > 0)
    #expect(now.busy + now.idle > 0)
  }
}

struct ProcFileTests {
  @Test func `a value is found behind its key`() {
    let text = "Name:\techo\nVmHWM:\t  1234 kB\nvoluntary_ctxt_switches:\t56\n"
    #expect(procValue("VmHWM", in: text) == 1234)
    #expect(procValue("voluntary_ctxt_switches", in: text) == 56)
    #expect(procValue("ctxt_switches", in: text) == nil)
    #expect(procValue("Vm", in: text) == nil)
    #expect(procValue("Name", in: text) == nil)
  }

  @Test func `a file of /proc is read whole, and one that is not there is nil`() throws {
    let status = try #require(readProcFile("/proc/self/status"))
    #expect(status.hasPrefix("Name:"))
    #expect(procValue("Pid", in: status) == UInt64(getpid()))
    #expect(readProcFile("/proc/self/no-such-file") == nil)
  }

  @Test func `the numeric entries of /proc are processes`() {
    #expect(numericEntries("/proc").contains(getpid()))
    #expect(numericEntries("/proc/self/task").contains(getpid()))
    #expect(numericEntries("/no/such/folder") == [])
  }
}

struct CPUTimeTests {
  @Test func `CPU time is what the clock of the process says, split in user and system time`() {
    let outerStart = ThisProcess.cpuNanoseconds
    let before = CPUTime.ofThisProcess()
    let innerStart = ThisProcess.cpuNanoseconds
    while ThisProcess.cpuNanoseconds < innerStart + 100_000_000 {
      for _ in 0..<10_000 { _ = monotonicNow() }
    }
    let spun = CPUTime.ofThisProcess() - before
    // The kernel tells the two apart by what runs at its ticks, which on a busy machine may be the user's part for long.
    while ThisProcess.cpuNanoseconds < innerStart + 300_000_000
      || ((CPUTime.ofThisProcess() - before).systemNanoseconds == 0
        && ThisProcess.cpuNanoseconds < innerStart + 5_000_000_000)
    {
      _ = readProcFile("/proc/self/status")
    }
    let innerEnd = ThisProcess.cpuNanoseconds
    let used = CPUTime.ofThisProcess() - before
    let outerEnd = ThisProcess.cpuNanoseconds

    #expect(spun.userNanoseconds > 0)
    #expect(used.systemNanoseconds > 0)
    // getrusage(2) cuts each of the four times to microseconds.
    #expect(used.nanoseconds <= outerEnd - outerStart + 4000)
    #expect(used.nanoseconds + 4000 >= innerEnd - innerStart)
  }
}
