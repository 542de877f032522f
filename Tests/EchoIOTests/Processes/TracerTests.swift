import Glibc
import Testing

@testable import EchoIO

/// The tracer waits for every child of its process, so it has one of its own.
@Suite(.timeLimit(.minutes(1)))
struct TracerTests {
  @Test func `a program's calls are counted with those of what it starts`() async {
    await #expect(processExitsWith: .success) {
      let table = try CallTable()
      let script = "/bin/cat /dev/null; exec /bin/cat /dev/null"
      guard let end = try traced(script, table) else { return }
      #expect(end == .exited(0))
      let calls = try table.read().byName
      // The shell, a cat below it, and the cat that the shell becomes.
      #expect(calls["execve"]?.calls == 3)
      #expect(calls["exit_group"]?.calls == 2)
      #expect(calls["ptrace"] == nil)
    }
  }

  @Test func `what a call returned is added up, and errors are not`() async {
    await #expect(processExitsWith: .success) {
      let table = try CallTable()
      let script = "head -c 12345678 /dev/zero > /dev/null; cat /nonexistent 2> /dev/null; exit 7"
      guard let end = try traced(script, table) else { return }
      #expect(end == .exited(7))
      let written = try #require(try table.read().byName["write"])
      #expect(written.results >= 12_345_678 && written.results < 12_400_000)
      let opened = try #require(try table.read().byName["openat"])
      #expect(opened.results > 0 && opened.results < 100 * opened.calls)
    }
  }

  @Test func `how a program ended is how its tracer says it did`() async {
    await #expect(processExitsWith: .success) {
      let table = try CallTable()
      guard let end = try traced("kill -KILL $$", table) else { return }
      #expect(end == .signaled(SIGKILL))
      #expect(try traced("kill -USR1 $$; exit 3", table) == .signaled(SIGUSR1))
      #expect(try traced("trap 'exit 5' USR1; kill -USR1 $$; exit 3", table) == .exited(5))
    }
  }

  @Test func `a program that is stopped goes on once it is continued`() async {
    await #expect(processExitsWith: .success) {
      let table = try CallTable()
      let script = "(while kill -CONT $$; do sleep 0.05; done) & kill -STOP $$; exit 4"
      guard let end = try traced(script, table) else { return }
      #expect(end == .exited(4))
    }
  }

  @Test func `a program that is not there is told as a shell tells it`() async {
    await #expect(processExitsWith: .success) {
      let table = try CallTable()
      do throws(SystemError) {
        let end = try Tracer.run(["/nonexistent/program"], countingIn: table.path)
        #expect(end == .exited(127))
      } catch {
        #expect(error.errno == EPERM)
      }
    }
  }

  @Test func `a table that is none is refused`() async {
    await #expect(processExitsWith: .success) {
      for path in ["/nonexistent/table", "/dev/null"] {
        #expect(throws: SystemError.self) {
          try Tracer.run(["/bin/true"], countingIn: path)
        }
      }
    }
  }

  @Test func `the difference of two readings has what came in between`() {
    let before = TracedCalls(["read": .init(calls: 2, results: 8, eights: 1)])
    let after = TracedCalls([
      "read": .init(calls: 2, results: 8, eights: 1), "write": .init(calls: 1, results: 5),
    ])
    #expect((after - before).byName == ["write": .init(calls: 1, results: 5)])
    #expect((before - before).byName.isEmpty)
  }
}

/// Traces a script; nil where nobody may.
private func traced(_ script: String, _ table: CallTable) throws -> ProcessEnd? {
  do throws(SystemError) {
    return try Tracer.run(["/bin/sh", "-c", script], countingIn: table.path)
  } catch {
    guard error.errno == EPERM else { throw error }
    return nil
  }
}
