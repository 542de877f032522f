import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  struct ChildProcessTests {
    private func shell(
      _ script: String, input: ChildProcess.Input = .nothing, mostOutput: Int = 1 << 20
    ) throws -> ChildProcess {
      try ChildProcess(
        path: "/bin/sh", ["sh", "-c", script], without: ["HOME"], input: input,
        mostOutput: mostOutput)
    }

    private func awaitEnd(of child: ChildProcess) {
      _ = wait(beside: [child], atMost: .seconds(40)) { child.end != nil }
    }

    @Test func `what a process says and how it ends is kept`() throws {
      let child = try shell("echo out; echo \"err $HOME\" >&2; cat; exit 7")
      awaitEnd(of: child)
      #expect(child.end == .exited(7))
      #expect(child.output == "out\n")
      #expect(child.errors == "err \n")
    }

    @Test func `a process that a signal ends says which`() throws {
      let child = try shell("kill -9 $$")
      awaitEnd(of: child)
      #expect(child.end == .signaled(SIGKILL))
      #expect(child.end.map { "\($0)" } == "was ended by signal 9 (SIGKILL)")
    }

    @Test func `what is said last is there when the end is, though others hold the stream`() throws
    {
      let child = try shell("sleep 600 & echo last; exit 0")
      awaitEnd(of: child)
      #expect(child.output == "last\n")
    }

    @Test func `output beyond the limit is told, and not kept`() throws {
      let child = try shell("head -c 100000 /dev/zero; sleep 600", mostOutput: 1000)
      #expect(wait(beside: [child], atMost: .seconds(40)) { child.hasSaidTooMuch })
      #expect(child.output.utf8.count == 1000)
    }

    @Test func `a channel is spoken through both ways, and ends with the value`() throws {
      var child: ChildProcess? = try shell(
        "read word; echo \"heard $word\" >&0; cat", input: .channel)
      child?.say("this\n")
      let heard = child.map { child in
        wait(beside: [child], atMost: .seconds(40)) { child.messages == "heard this\n" }
      }
      #expect(heard == true)
      let id = try #require(child?.id)
      child = nil
      #expect(!isAlive(id))
    }

    /// More than a socket holds, and read late.
    @Test func `what is said arrives whole, however long it is`() throws {
      let child = try shell("sleep 0.1; wc -c", input: .channel)
      #expect(child.say(String(repeating: "x", count: 3_000_000)))
      child.endInput()
      awaitEnd(of: child)
      #expect(child.output == "3000000\n")
    }

    @Test func `nothing of its group is left when the value ends`() throws {
      var child: ChildProcess? = try shell("trap '' TERM; sleep 600 & echo $!; wait; sleep 600")
      _ = child.map { child in
        wait(beside: [child], atMost: .seconds(40)) { child.output.contains("\n") }
      }
      let other = try #require(child.flatMap { Int32($0.output.dropLast()) })
      #expect(isAlive(other))
      child = nil
      while isAlive(other) { usleep(1000) }
    }

    @Test func `a file that is not there is told`() {
      #expect(throws: SystemError("start absent", errno: ENOENT)) {
        try ChildProcess(path: "/nonexistent/program", ["absent"])
      }
    }

    @Test func `a program is started as it was when it was opened`() throws {
      let path = "/tmp/echobench-\(getpid())-program"
      defer { unlink(path) }
      #expect(try shell("cp /bin/echo \(path)").outputAtEnd() == "")
      let program = try Program(path)
      #expect(try shell("rm \(path); cp /bin/false \(path)").outputAtEnd() == "")
      #expect(try ChildProcess(program, ["echo", "as before"]).outputAtEnd() == "as before\n")
    }

    @Test func `a stop signal ends a wait`() throws {
      let child = try shell("sleep 600")
      let stop = try StopSignal()
      stop.fire()
      #expect(!wait(beside: [child], atMost: .seconds(40), unless: stop) { child.end != nil })
    }
  }
}

extension ChildProcess {
  fileprivate func outputAtEnd() -> String {
    _ = wait(beside: [self], atMost: .seconds(40)) { self.end != nil }
    return output + errors
  }
}

struct PatienceTests {
  @Test func `waiting uses patience up, in slices`() {
    var patience = Patience(.seconds(1))
    #expect(patience.slice == 500_000_000)
    patience.spend(500_000_000, asked: patience.slice)
    patience.spend(300_000_000, asked: patience.slice)
    #expect(patience.left == 200_000_000 && patience.slice == 200_000_000)
    patience.spend(250_000_000, asked: patience.slice)
    #expect(patience.left == 0)
  }

  @Test func `time in which this process was stopped does not count`() {
    var patience = Patience(.seconds(1))
    patience.spend(3600_000_000_000, asked: patience.slice)
    #expect(patience.left == 1_000_000_000)
  }

  @Test func `a condition that has come true meanwhile goes before the end of patience`() throws {
    var isAsked = false
    #expect(
      wait(beside: [], atMost: .milliseconds(1)) {
        defer { isAsked = true }
        return isAsked
      })
  }
}
