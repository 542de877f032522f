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
      defer { leave(end, stop) }
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
      try #require(stop.wait(timeout: .seconds(20)))
    }

    @Test func `whoever shares the end of a pipe is told, too`() throws {
      let (input, output) = try pipeEnds()
      defer { close(input) }
      let other = try BoundedWork("other") {
        var byte: UInt8 = 0
        return read(input, &byte, 1)
      }
      let stop = try StopSignal()
      let end = try EndOfInput(of: input, firing: stop)
      defer { leave(end, stop) }
      #expect(fcntl(input, F_GETFL) & (O_NONBLOCK | O_ASYNC) == 0)
      close(output)
      try #require(stop.wait(timeout: .seconds(20)))
      #expect(try other.value() == 0)
    }

    @Test(arguments: ["/dev/null", "/proc/self/exe"])
    func `a file has an end`(path: String) throws {
      let file = open(path, O_RDONLY | O_CLOEXEC)
      defer { close(file) }
      let stop = try StopSignal()
      let end = try EndOfInput(of: file, firing: stop)
      defer { leave(end, stop) }
      try #require(stop.wait(timeout: .seconds(20)))
    }

    @Test func `a terminal that hangs up has ended`() throws {
      let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
      var (locked, number): (Int32, Int32) = (0, 0)
      // TIOCSPTLCK and TIOCGPTN (ioctl_tty(2)), which Glibc does not show.
      try #require(ioctl(terminal, 0x4004_5431, &locked) == 0)
      try #require(ioctl(terminal, 0x8004_5430, &number) == 0)
      let input = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
      try #require(input >= 0)
      defer { close(input) }
      let stop = try StopSignal()
      let end = try EndOfInput(of: input, firing: stop)
      defer { leave(end, stop) }
      #expect(!stop.isFired)
      close(terminal)
      try #require(stop.wait(timeout: .seconds(20)))
    }

    @Test func `a socket's end is an end of the input`() throws {
      var ends: [Int32] = [0, 0]
      try #require(
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
      defer { close(ends[0]) }
      let stop = try StopSignal()
      let end = try EndOfInput(of: ends[0], firing: stop)
      defer { leave(end, stop) }
      #expect(!stop.isFired)
      close(ends[1])
      try #require(stop.wait(timeout: .seconds(20)))
    }

    @Test func `a pipe costs no thread, and what nobody waits for any more fires nothing`() throws {
      let (input, output) = try pipeEnds()
      defer { close(input) }
      let stop = try StopSignal()
      let before = ThisProcess.threads
      let end = try EndOfInput(of: input, firing: stop)
      #expect(ThisProcess.threads == before)
      end.leave()
      close(output)
      #expect(!stop.wait(timeout: .milliseconds(20)))
    }

    private func leave(_ end: EndOfInput, _ stop: StopSignal) {
      stop.fire()
      end.leave()
    }

    private func pipeEnds() throws -> (input: Int32, output: Int32) {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (ends[0], ends[1])
    }
  }
}
