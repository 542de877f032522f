import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  struct ProcessTreeTests {
    /// Uses a CPU until it is killed, part of it in the kernel.
    private static let burner = "while :; do : < /dev/null; done"

    @Test func `work shows as CPU time of the process and of its busiest thread`() throws {
      let before = ProcessTree.Reading(of: [getpid()])
      let start = ThisProcess.cpuNanoseconds
      while ThisProcess.cpuNanoseconds < start + 50_000_000 {}
      let difference = ProcessTree.Reading(of: [getpid()]) - before
      let usage = try #require(difference)
      #expect(usage.cpuNanoseconds >= 50_000_000)
      #expect(usage.busiestThreadNanoseconds > 0)
      #expect(usage.busiestThreadNanoseconds <= usage.cpuNanoseconds)
      #expect(usage.processes == 1)
      #expect(usage.threads >= 1)
      #expect(usage.peakResidentBytes > 1 << 20)
    }

    @Test func `user and system time add up to the CPU clock`() throws {
      try Shell.with("(\(Self.burner)) & wait") { shell in
        try shell.awaitDescendants(1)
        let before = shell.tree.read()
        try shell.awaitDescendants(1, havingUsed: 500_000_000)
        let usage = try #require(shell.usage(since: before))
        #expect(usage.cpuNanoseconds >= 300_000_000)
        #expect(usage.userNanoseconds > 0 && usage.systemNanoseconds > 0)
        let split = usage.userNanoseconds + usage.systemNanoseconds
        // A tick of each of the two, of two processes, and a moment between the two readings.
        let difference = max(split, usage.cpuNanoseconds) - min(split, usage.cpuNanoseconds)
        #expect(difference <= 10 * MachineUsage.nanosecondsPerTick)
      }
    }

    @Test func `a process that starts between two readings counts from its start`() throws {
      try Shell.with("read go; (\(Self.burner)) & wait") { shell in
        let before = shell.tree.read()
        try shell.tell()
        try shell.awaitDescendants(1, havingUsed: 100_000_000)
        let usage = try #require(shell.usage(since: before))
        #expect(usage.processes == 2)
        #expect(usage.threads == 2)
        #expect(usage.cpuNanoseconds >= 100_000_000)
        #expect(usage.busiestThreadNanoseconds >= 90_000_000)
        #expect(usage.involuntarySwitches + usage.voluntarySwitches > 0)
      }
    }

    @Test func `a process that came and went between two readings counts when it was waited for`()
      throws
    {
      let work = "i=0; while [ $i -lt 500000 ]; do i=$((i + 1)); done"
      try Shell.with("read go; (\(work)); echo >&0; read go") { shell in
        let before = shell.tree.read()
        try shell.tell()
        try shell.hear()
        let usage = try #require(shell.usage(since: before))
        #expect(usage.processes == 1)
        #expect(usage.cpuNanoseconds >= 50_000_000)
        #expect(usage.userNanoseconds + usage.systemNanoseconds >= 50_000_000)
        // None of it was the shell's own.
        #expect(usage.busiestThreadNanoseconds < 20_000_000)
      }
    }

    @Test func `of a tree of which a process has ended, nothing is known`() throws {
      try Shell.with("(\(Self.burner)) & read go; kill $!; wait; echo >&0; read go") { shell in
        try shell.awaitDescendants(1, havingUsed: 50_000_000)
        let before = shell.tree.read()
        #expect(shell.usage(since: before) != nil)
        try shell.tell()
        try shell.hear()
        #expect(shell.usage(since: before) == nil)
        // From then on it is the shell alone.
        let after = shell.tree.read()
        #expect(shell.usage(since: after)?.processes == 1)
      }
    }

    @Test func `a process is told from an earlier one of the same id`() throws {
      try Shell.with("read go; echo >&0; read go") { shell in
        var before = shell.tree.read()
        #expect(shell.usage(since: before) != nil)
        let own = try #require(ProcessIdentity(of: shell.id))
        #expect(before.processes == [own])
        before.processes = [ProcessIdentity(id: own.id, start: own.start - 1)]
        #expect(shell.usage(since: before) == nil)
        // It is not the one that is to be killed either.
        ProcessFamily([ProcessIdentity(id: own.id, start: own.start - 1)]).kill()
        try shell.tell()
        try shell.hear()
        ProcessFamily([own]).kill()
        #expect(throws: TookTooLong.self) { try shell.hear() }
      }
    }

    @Test func `of a process that is not there, nothing is known`() {
      // The largest process number there can be, which this machine has not reached.
      let reading = ProcessTree(root: 4_194_303).read()
      let usage = reading - reading
      #expect(usage == nil)
    }
  }
}
