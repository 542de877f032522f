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
      let start =
        "the server altered message 3: byte 1000003 of 1048576 came back as "
      let reason = try #require(result.invalidReasons.first)
      #expect(reason.hasPrefix(start))
      #expect(reason.hasSuffix(", on connection 0"))
      // Altered to its complement: the two values that are named make 255.
      let values = reason.dropFirst(start.count).split { !$0.isNumber }.compactMap { Int($0) }
      #expect(values.dropLast().reduce(0, +) == 255)
      #expect(result.failures.map(\.kind) == [.mismatch])
      #expect(result.completed == 2)
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `one byte missing is found`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { $0 == 2 ? $1.dropLast() : $1 }
      } _: {
        try load($0, engine) { $0.timeout = .milliseconds(300) }
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
      #expect(result.lifetimeBytesReceived == result.lifetimeBytesSent + 1)
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
        try conversation.answer(1000) { _, message in
          crossing.swap(message, of: conversation.index)
        }
      } _: {
        try load($0, engine) {
          $0.workers = engine == .blocking ? 2 : 1
          $0.connections = 2
        }
      }
      // Either connection may be the first to see it, or both at once.
      let expected: Set = [
        "the server returned bytes of connection 1 (its message 1) on connection 0",
        "the server returned bytes of connection 0 (its message 1) on connection 1",
      ]
      #expect(!result.invalidReasons.isEmpty)
      #expect(expected.isSuperset(of: result.invalidReasons))
      #expect(result.failures.allSatisfy { $0.kind == .mismatch })
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

    @Test(arguments: Engine.allCases)
    func `a message shorter than a header is compared as closely`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(5) { $0 == 4 ? $1.dropLast() + [~$1[4]] : $1 }
      } _: {
        try load($0, engine) { $0.size = ByteCount(5) }
      }
      #expect(result.failures.map(\.kind) == [.mismatch])
      expectNoNumber(result)
    }
  }
}

/// Two connections that get each other's messages.
private final class Crossing: Sendable {
  private let messages: [Handover]

  init() throws {
    messages = [try Handover(), try Handover()]
  }

  func swap(_ message: [UInt8], of connection: Int) -> [UInt8] {
    messages[connection].give(message)
    return messages[1 - connection].take()
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
