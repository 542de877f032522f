import CLinux
import Testing

@testable import EchoIO

extension DataPlane {
  /// How closely the client looks, and what it sends.
  @Suite struct VerificationTests {
    @Test(arguments: Engine.allCases)
    func `by length, a surplus is found`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { $1 + [0] }
      } _: {
        try load($0, engine) { $0.verification = .length }
      }
      expectInvalid(
        result, .surplus,
        "the server returned 1001 bytes for a 1000-byte message: 1 byte more than it received")
    }

    @Test(arguments: Engine.allCases)
    func `by length, a missing byte is found`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { $1.dropLast() }
      } _: {
        try load($0, engine) {
          $0.verification = .length
          $0.timeout = .milliseconds(100)
        }
      }
      #expect(result.broken == [.missing])
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `by length, altered bytes pass`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { $1.map { ~$0 } }
      } _: {
        try load($0, engine) { $0.verification = .length }
      }
      expectValid(result, messages: 5)
    }

    @Test(arguments: Engine.allCases)
    func `without verification a whole buffer passes, and its surplus is counted`(
      engine: Engine
    ) throws {
      let result = try withLies { conversation in
        // As the blog's server does it: whatever has come, the whole buffer goes back.
        while !(try conversation.peer.receiveOnce(4096)).isEmpty {
          try conversation.peer.send([UInt8](repeating: 0, count: 4096))
        }
      } _: {
        try load($0, engine) {
          $0.verification = .off
          $0.stopRule = .messages(200)
        }
      }
      expectValid(result, messages: 200)
      #expect(result.lifetime.bytesSent == 200_000)
      #expect(result.lifetime.bytesReceived > result.lifetime.bytesSent)
    }

    @Test(arguments: Engine.allCases)
    func `a server that answers ahead of what it reads is still sent every message whole`(
      engine: Engine
    ) throws {
      // More than the socket buffers hold: the reply is whole long before the message is.
      let size = 24 << 20
      let received = Lock(0)
      let result = try withLies { conversation in
        for _ in 0..<3 {
          try conversation.peer.send([UInt8](repeating: 0, count: size))
          let message = try conversation.peer.receive(size)
          received.withLock { $0 += message.count }
        }
      } _: {
        try load($0, engine) {
          $0.size = ByteCount(size)
          $0.stopRule = .messages(3)
          $0.verification = .off
        }
      }
      expectValid(result, messages: 3)
      #expect(result.lifetime.bytesSent == 3 * UInt64(size))
      #expect(received.withLock { $0 } == 3 * size)
    }

    /// On a unix socket, which says how much of what was sent has not been received.
    @Test(arguments: Engine.allCases)
    func `what comes behind a reply is left alone until its message is sent`(engine: Engine) throws
    {
      let size = 4 << 20
      let clock = CountingClock()
      let result = try withUnixAddress { address in
        try withLies(on: address) { conversation in
          let (peer, over) = (conversation.peer, conversation.over)
          try peer.send([UInt8](repeating: 0, count: size))
          while clinux_unsent(peer.descriptor) > 0, !over.wait(timeout: .milliseconds(1)) {}
          try peer.send([1])
          // It cannot send, and has something to receive.
          clock.awaitReaders(unless: over)
          clock.advance(by: .milliseconds(1))
          _ = try peer.receive(size)
          clock.run(until: over)
        } _: {
          try load($0, engine, by: clock) {
            $0.size = ByteCount(size)
            $0.stopRule = .messages(1)
            $0.verification = .off
          }
        }
      }
      expectValid(result, messages: 1)
      #expect(result.lifetime.bytesSent == UInt64(size))
      #expect(result.lifetime.bytesReceived == UInt64(size) + 1)
    }

    @Test(arguments: Engine.allCases)
    func `the same seed gives the same messages, another one others`(engine: Engine) throws {
      let recordings = try ([7, 7, 8] as [UInt64]).map { seed in
        let recorder = Recorder()
        let result = try withLies { conversation in
          try conversation.answer(1000) { _, message in
            recorder.bytes.withLock { $0 += message }
            return message
          }
        } _: {
          try load($0, engine) { $0.seed = seed }
        }
        expectValid(result, messages: 5)
        return recorder.bytes.withLock { $0 }
      }
      #expect(recordings[0].count == 5000)
      #expect(recordings[0] == recordings[1])
      #expect(recordings[0] != recordings[2])
    }
  }
}

/// What a server has been sent.
private final class Recorder: Sendable {
  let bytes = Lock<[UInt8]>([])
}
