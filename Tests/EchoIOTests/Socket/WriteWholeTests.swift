import CLinux
import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// Texts for descriptors that do not take them in one go.
  struct WriteWholeTests {
    private let text = String(repeating: "one line of many\n", count: 20_000)

    @Test func `a text for a pipe that does not block arrives whole, however late it is read`()
      throws
    {
      let pipe = try FullPipe()
      defer { pipe.close() }
      let writer = try BoundedWork("writer") { [text, end = pipe.end] in
        try writeWhole(text, to: end)
      }
      let bytes = try pipe.read(pipe.held + text.utf8.count)
      #expect(bytes.dropFirst(pipe.held).elementsEqual(text.utf8))
      try writer.value()
    }

    @Test func `whoever reads nothing is not waited for without end`() throws {
      let pipe = try FullPipe()
      defer { pipe.close() }
      let writer = try BoundedWork("writer") { [text, end = pipe.end] in
        try writeWhole(text, to: end, patience: .milliseconds(10))
      }
      let error = #expect(throws: SystemError.self) { try writer.value() }
      #expect(error?.errno == EAGAIN)
    }

    @Test func `a reader that is gone is an error at once`() throws {
      ignoreBrokenPipes()
      let pipe = try FullPipe()
      pipe.close(reader: true)
      defer { pipe.close(reader: false) }
      let error = #expect(throws: SystemError.self) { try writeWhole(text, to: pipe.end) }
      #expect(error?.errno == EPIPE)
    }

    @Test func `a complaint arrives whole where standard error is full and does not block`()
      async throws
    {
      await #expect(processExitsWith: .success) {
        let before = dup(STDERR_FILENO)
        let line = "echobench: no thread for a connection\n"
        // Each time that the writer comes first it finds no room.
        for _ in 0..<50 {
          let pipe = try FullPipe()
          defer { pipe.close() }
          dup2(pipe.end, STDERR_FILENO)
          let writer = try BoundedWork("writer") { complain("no thread for a connection") }
          let bytes = try pipe.read(pipe.held + line.utf8.count)
          try writer.value()
          dup2(before, STDERR_FILENO)
          #expect(bytes.dropFirst(pipe.held).elementsEqual(line.utf8))
        }
      }
    }
  }
}

/// A pipe of a page that holds all it can, and whose other end does not block.
private struct FullPipe {
  private let reader: Int32
  let end: Int32
  /// Bytes that are in it.
  let held: Int

  init() throws {
    var ends: [Int32] = [0, 0]
    let result = clinux_pipe(&ends)
    guard result == 0 else { throw SystemError("pipe", errno: -result) }
    clinux_resize_pipe(ends[1], 4096)
    try setNonblocking(ends[1])
    var held = 0
    while case let count = transmit(ends[1], "x", 1), count > 0 { held += count }
    (reader, end, self.held) = (ends[0], ends[1], held)
  }

  /// So many bytes, some at a time.
  func read(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1000)
    while bytes.count < count {
      guard waitUntil(reader, POLLIN, timeout: .seconds(20)) else {
        throw TookTooLong(description: "nothing came after \(bytes.count) of \(count) bytes")
      }
      let more = receive(reader, &piece, min(piece.count, count - bytes.count))
      guard more > 0 else { throw TookTooLong(description: "the pipe has ended") }
      bytes += piece[..<more]
    }
    return bytes
  }

  func close(reader isReader: Bool) { Glibc.close(isReader ? reader : end) }

  func close() {
    close(reader: true)
    close(reader: false)
  }
}
