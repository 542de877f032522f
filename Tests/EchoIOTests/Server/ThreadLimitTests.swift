import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// A process that can have no thread for another connection.
  struct ThreadLimitTests {
    @Test func `a pool serves as many connections at once as it has threads`() throws {
      try withServer(.named("threads"), threads: 2) { server in
        let served = try (0..<2).map { _ in try Peer(server.address) }
        for peer in served { #expect(try peer.echoDifference([1]) == nil) }
        let next = try Peer(server.address)
        try next.send([2])
        #expect(!next.hasInput(within: .milliseconds(200)))
        served[0].hangUp()
        #expect(try next.receive(1) == [2])
      }
    }

    @Test func `a connection without a thread waits for one, and the server says so once`()
      async throws
    {
      await #expect(processExitsWith: .success) {
        let said = try SpokenErrors()
        // Room for a few buffers, of which next to nothing is used, and for all that is small.
        try withServer(.named("thread-per-connection"), bufferSize: 1 << 30) { server in
          try ThisProcess.limitAddressSpace(sparing: 9 << 29)
          var served: [Peer] = []
          var waiting: [Peer] = []
          while waiting.count < 2 {
            let peer = try Peer(server.address)
            try peer.send([1])
            if waiting.isEmpty, peer.hasInput(within: .milliseconds(500)) {
              #expect(try peer.receive(1) == [1])
              served.append(peer)
            } else {
              waiting.append(peer)
            }
          }
          #expect(served.count > 1)
          for peer in served { peer.hangUp() }
          for peer in waiting { #expect(try peer.receive(1) == [1]) }
        }
        let words = said.text
        #expect(words.contains("has no thread for another, which waits until one ends"))
        #expect(words.split(separator: "\n").count == 1)
      }
    }
  }
}

/// What this process says on standard error from now on.
private struct SpokenErrors {
  private let output: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0, dup2(ends[1], STDERR_FILENO) >= 0 else {
      throw SystemError.last("pipe")
    }
    close(ends[1])
    output = ends[0]
  }

  /// To be called once: nothing is said any more.
  var text: String {
    close(STDERR_FILENO)
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = max(0, receive(output, &bytes, bytes.count))
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
