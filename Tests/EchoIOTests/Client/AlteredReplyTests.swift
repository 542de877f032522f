import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// Servers that return other bytes than they got, or more, or fewer.
  @Suite struct AlteredReplyTests {
    @Test(arguments: Engine.allCases)
    func `a whole buffer in return for a message is called just that`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { $1 + [UInt8](repeating: 0, count: 3096) }
      } _: {
        try load($0, engine)
      }
      expectInvalid(
        result, .surplus,
        "the server returned 4096 bytes for a 1000-byte message: it echoes its whole buffer")
      #expect(result.lifetime.bytesBackPerByteSent == 4.096)
    }

    @Test(arguments: [
      (256, "it echoes its whole buffer"), (128, "28 bytes more than it received"),
      (257, "157 bytes more than it received"),
    ])
    func `a buffer is taken for one from 256 bytes on`(total: Int, words: String) throws {
      let result = try withLies { conversation in
        try conversation.answer(100) { $1 + [UInt8](repeating: 0, count: total - 100) }
      } _: {
        try load($0, .event) { $0.size = ByteCount(100) }
      }
      expectInvalid(
        result, .surplus, "the server returned \(total) bytes for a 100-byte message: \(words)")
    }

    @Test(arguments: Engine.allCases)
    func `one byte altered late in a large message is found`(engine: Engine) throws {
      let (size, position) = (1 << 20, 1_000_003)
      let result = try withLies { conversation in
        try conversation.answer(size) { number, message in
          var reply = message
          if number == 3 { reply[position] = ~reply[position] }
          return reply
        }
      } _: {
        try load($0, engine) { $0.size = ByteCount(size) }
      }
      #expect(result.counts.sent == 3)
      let start =
        "the server altered message 3: byte 1000003 of 1048576 came back as "
      let reason = try #require(result.invalidReasons.first)
      #expect(reason.hasPrefix(start))
      #expect(reason.hasSuffix(", on connection 0"))
      // Altered to its complement: the two values that are named make 255.
      let values = reason.dropFirst(start.count).split { !$0.isNumber }.compactMap { Int($0) }
      #expect(values.dropLast().reduce(0, +) == 255)
      #expect(result.broken == [.mismatch])
      #expect(result.counts.completed == 2)
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `one byte missing is found`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { $0 == 2 ? $1.dropLast() : $1 }
      } _: {
        try load($0, engine) { $0.timeout = .seconds(1) }
      }
      expectInvalid(
        result, .missing,
        "the server returned 999 bytes for a 1000-byte message: 1 byte of message 2 on connection 0"
          + " missing, and the server then closed the connection without them")
    }

    @Test(arguments: Engine.allCases)
    func `one byte too many at the very end is found`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        try conversation.peer.send([0])
      } _: {
        try load($0, engine)
      }
      expectInvalid(
        result, .surplus, "the server sent 1 byte more than it received on connection 0")
      #expect(result.lifetime.bytesReceived == result.lifetime.bytesSent + 1)
    }

    @Test(arguments: Engine.allCases)
    func `one byte too many behind a reply is found`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { $0 == 2 ? $1 + [0] : $1 }
      } _: {
        try load($0, engine)
      }
      expectInvalid(
        result, .surplus,
        "the server returned 1001 bytes for a 1000-byte message: 1 byte more than it received")
    }

    @Test(arguments: Engine.allCases)
    func `bytes of another connection are found`(engine: Engine) throws {
      let crossing = try Crossing()
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          number == 1 ? crossing.swap(message, of: conversation.index, 1) : message
        }
      } _: {
        try load($0, engine) {
          $0.workers = engine == .blocking ? 2 : 1
          $0.connections = 2
        }
      }
      // Either connection may be the first to see it.
      let expected: Set = [
        "the server returned bytes of connection 1 (its message 1) on connection 0",
        "the server returned bytes of connection 0 (its message 1) on connection 1",
      ]
      #expect(result.invalidReasons.count == 1)
      #expect(expected.isSuperset(of: result.invalidReasons))
      #expect(result.broken == [.mismatch])
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `an earlier message again is found`(engine: Engine) throws {
      let result = try withLies { conversation in
        var first: [UInt8] = []
        try conversation.answer(1000) { number, message in
          if number == 1 { first = message }
          return number == 3 ? first : message
        }
      } _: {
        try load($0, engine)
      }
      expectInvalid(
        result, .mismatch,
        "the server returned message 1 again instead of message 3 on connection 0")
    }

    @Test(arguments: 1...12)
    func `messages of any size are found when two connections get each other's`(size: Int) throws {
      let crossing = try Crossing(rounds: 12)
      let result = try withLies { conversation in
        try conversation.answer(size) { number, message in
          // One byte in 256 is the same: of twelve in a row, some are not.
          number <= 12 ? crossing.swap(message, of: conversation.index, number) : message
        }
      } _: {
        try load($0, .event) {
          $0.size = ByteCount(size)
          $0.connections = 2
          $0.stopRule = .messages(24)
        }
      }
      #expect(result.broken == [.mismatch])
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases, [1, 4, 8, 30])
    func `messages are not what they were in another run, nor on another machine`(
      engine: Engine, size: Int
    ) throws {
      // A server that knows everything but the seed, and never looks at what it is sent.
      let known = try MessageSource(size: size, seed: 1)
      defer { known.deallocate() }
      let replies = (0..<40).map { known.content(of: $0, on: 0) }
      let result = try withLies { conversation in
        try conversation.answer(size) { number, _ in replies[number - 1] }
      } _: {
        try load($0, engine) {
          $0.size = ByteCount(size)
          $0.stopRule = .messages(40)
        }
      }
      #expect(result.broken == [.mismatch])
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases, [Verification.full, .length])
    func `a reply that is ahead of its message is found, though every byte is right`(
      engine: Engine, verification: Verification
    ) throws {
      // More than the socket buffers take while nobody reads.
      let size = 24 << 20
      let known = try MessageSource(size: size, seed: 1)
      defer { known.deallocate() }
      let reply = known.content(of: 0, on: 0)
      let result = try withLies { conversation in
        _ = try conversation.peer.receive(1)
        try conversation.peer.send(reply)
        _ = try conversation.peer.receiveToEnd()
      } _: {
        try load($0, engine) {
          $0.size = ByteCount(size)
          $0.stopRule = .messages(1)
          $0.verification = verification
          $0.seed = 1
        }
      }
      let reason = try #require(result.invalidReasons.first)
      #expect(
        reason.hasPrefix(
          "the server answered message 1 of connection 0 before it was sent: "))
      #expect(result.broken == [.surplus])
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `one byte too many is found when it is sent as urgent data, too`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          guard number == 5 else { return message }
          try conversation.peer.send(message)
          send(conversation.peer.descriptor, [0], 1, Int32(MSG_OOB))
          return []
        }
      } _: {
        try load($0, engine)
      }
      expectInvalid(
        result, .surplus, "the server sent 1 byte more than it received on connection 0")
    }

    @Test(arguments: Engine.allCases)
    func `a message shorter than a header is compared as closely`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(5) { $0 == 4 ? $1.dropLast() + [~$1[4]] : $1 }
      } _: {
        try load($0, engine) { $0.size = ByteCount(5) }
      }
      #expect(result.broken == [.mismatch])
      expectNoNumber(result)
    }
  }
}

/// Two connections that get each other's messages.
private final class Crossing: Sendable {
  private let rounds: [[Handover]]

  init(rounds: Int = 1) throws {
    self.rounds = try (0..<rounds).map { _ in [try Handover(), try Handover()] }
  }

  /// - Parameter number: of the message, from 1.
  func swap(_ message: [UInt8], of connection: Int, _ number: Int) -> [UInt8] {
    rounds[number - 1][connection].give(message)
    return rounds[number - 1][1 - connection].take()
  }
}

/// One message that is waited for.
private final class Handover: Sendable {
  private let message = Lock<[UInt8]>([])
  private let isThere: StopSignal

  init() throws {
    isThere = try StopSignal()
  }

  func give(_ message: [UInt8]) {
    self.message.withLock { $0 = message }
    isThere.fire()
  }

  func take() -> [UInt8] {
    isThere.wait(timeout: .seconds(10))
    return message.withLock { $0 }
  }
}
