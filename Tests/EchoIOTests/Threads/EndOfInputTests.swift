import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  struct EndOfInputTests {
    @Test func `the end of the input fires the signal, and what comes before does not`() throws {
      let (input, output) = try pipeEnds()
      defer { close(input) }
      let stop = try StopSignal()
      let end = try EndOfInput(of: input, firing: stop)
      // More than a pipe holds, so that some of it has been read by the time all is written.
      let text = [UInt8](repeating: 10, count: 300_000)
      var written = 0
      while written < text.count {
        written += text[written...].withUnsafeBytes {
          max(0, write(output, $0.baseAddress!, $0.count))
        }
      }
      #expect(!stop.isFired)
      close(output)
      #expect(stop.wait(timeout: .seconds(20)))
      withExtendedLifetime(end) {}
    }

    @Test func `an input that has ended already fires the signal`() throws {
      let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
      defer { close(null) }
      let stop = try StopSignal()
      let end = try EndOfInput(of: null, firing: stop)
      #expect(stop.isFired)
      withExtendedLifetime(end) {}
    }

    @Test func `a socket's end is an end of the input`() throws {
      var ends: [Int32] = [0, 0]
      try #require(
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
      defer { close(ends[0]) }
      let stop = try StopSignal()
      let end = try EndOfInput(of: ends[0], firing: stop)
      #expect(!stop.isFired)
      close(ends[1])
      #expect(stop.wait(timeout: .seconds(20)))
      withExtendedLifetime(end) {}
    }

    @Test func `it costs no thread, and what nobody waits for any more fires nothing`() throws {
      let (input, output) = try pipeEnds()
      defer { close(input) }
      let stop = try StopSignal()
      let before = ThisProcess.threads
      var end: EndOfInput? = try EndOfInput(of: input, firing: stop)
      #expect(ThisProcess.threads == before)
      withExtendedLifetime(end) { end = nil }
      close(output)
      #expect(!stop.wait(timeout: .milliseconds(20)))
    }

    private func pipeEnds() throws -> (input: Int32, output: Int32) {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (ends[0], ends[1])
    }
  }
}
