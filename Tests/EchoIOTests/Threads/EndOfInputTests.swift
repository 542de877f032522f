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
      end.join()
    }

    @Test func `a signal that fired for another reason ends the wait`() throws {
      let (input, output) = try pipeEnds()
      defer {
        close(input)
        close(output)
      }
      let stop = try StopSignal()
      let end = try EndOfInput(of: input, firing: stop)
      stop.fire()
      try BoundedWork("join") { end.join() }.value()
    }

    private func pipeEnds() throws -> (input: Int32, output: Int32) {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (ends[0], ends[1])
    }
  }
}
