import EchoIO
import Glibc
import Testing

@testable import EchoSuite

/// A command below its supervisor, whatever happens to that.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct SupervisedCommandTests {
  /// It is told to end, and has: but not what it has started, which the supervisor waits for.
  @Test func `a supervisor that is killed while it cleans up leaves nothing`() throws {
    let child = try Self.start("(trap '' TERM; sleep 600 & echo $!; wait) & wait")
    try Self.wait(for: child) { child.output.contains("\n") }
    let sleeper = try #require(child.takeLine().flatMap { Int32($0) })
    child.say("stop\n")
    try Self.wait(for: child) { child.commandEnd != nil }
    #expect(isAlive(sleeper))
    kill(child.id, SIGKILL)
    #expect(!child.stopCommand())
    try Self.wait(for: child) { !isAlive(sleeper) }
  }

  @Test func `one that is done is neither lost nor killed`() throws {
    let child = try Self.start("exit 3")
    try Self.wait(for: child) { child.end != nil }
    #expect(child.commandEnd == .exited(3))
    #expect(!child.hasLostSupervisor)
    #expect(child.stopCommand())
  }

  @Test func `one that cannot start its command is not lost`() throws {
    let child = try ChildProcess.supervising(["/no/such/program"], Program(LittleServer.program))
    try Self.wait(for: child) { child.end != nil }
    #expect(child.commandEnd == .exited(1) && !child.hasLostSupervisor)
    #expect(child.errors.contains("No such file or directory"))
    #expect(child.stopCommand())
  }

  /// Whoever it was, it was none of those that have started it.
  @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGKILL])
  func `one that a signal ends is lost`(signal: Int32) throws {
    let child = try Self.start("echo up; sleep 600")
    defer { child.stopCommand() }
    try Self.wait(for: child) { child.output == "up\n" }
    kill(child.id, signal)
    try Self.wait(for: child) { child.hasLostSupervisor }
  }

  private static func start(_ line: String) throws -> ChildProcess {
    try .supervising(["/bin/sh", "-c", line], Program(LittleServer.program))
  }

  private static func wait(for child: ChildProcess, _ condition: () -> Bool) throws {
    let isTrue = EchoIO.wait(beside: [child], atMost: .seconds(30), until: condition)
    try #require(isTrue)
  }
}
