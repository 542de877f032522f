import Testing

@testable import EchoIO

extension DataPlane {
  /// Several messages in flight on a connection, and several written as one.
  struct DepthTests {
    @Test(
      arguments: [(4, 1, 1000), (1, 7, 1000), (3, 5, 1), (2, 3, 300_000), (64, 1, 40_000)],
      Engine.allCases)
    func `every message is counted and verified`(
      shape: (depth: Int, block: Int, size: Int), engine: Engine
    ) throws {
      let messages = 20 * shape.block
      let counters = try withServer(.named("threads")) { server in
        let result = try load(server.address, engine) {
          $0.pipeline = shape.depth == 1 ? nil : shape.depth
          $0.block = shape.block == 1 ? nil : shape.block
          $0.size = ByteCount(shape.size)
          $0.stopRule = .messages(messages)
        }
        expectValid(result, messages: UInt64(messages))
        #expect(result.lifetime.bytesReceived == result.lifetime.bytesSent)
        // The last one is answered last: others are on their way behind it.
        #expect(result.counts.sent >= UInt64(messages))
        #expect(result.counts.sent < UInt64(messages + shape.depth * shape.block))
        #expect((result.blocks != nil) == (shape.block > 1))
      }
      #expect(counters.bytesIn == counters.bytesOut)
    }

    @Test(arguments: Engine.allCases)
    func `so many are in flight, and no more`(engine: Engine) throws {
      let result = try withLies { conversation in
        // All that may be in flight is sent before the first reply.
        let first = try conversation.peer.receive(6 * 1000)
        guard first.count == 6000, !conversation.peer.hasInput(within: .milliseconds(50)) else {
          return
        }
        try conversation.peer.send(first)
        try conversation.answerHonestly(1000)
      } _: {
        try load($0, engine) {
          $0.pipeline = 3
          $0.block = 2
          $0.stopRule = .messages(40)
        }
      }
      expectValid(result, messages: 40)
    }

    @Test(arguments: Engine.allCases)
    func `replies that are split and merged are fine`(engine: Engine) throws {
      let result = try withLies { conversation in
        while case let some = try conversation.peer.receiveOnce(2500), !some.isEmpty {
          for start in stride(from: 0, to: some.count, by: 700) {
            try conversation.peer.send(some[start..<min(start + 700, some.count)])
          }
        }
      } _: {
        try load($0, engine) {
          $0.pipeline = 5
          $0.stopRule = .messages(50)
        }
      }
      expectValid(result, messages: 50)
    }

    @Test(arguments: [(5, 1), (1, 5)], Engine.allCases)
    func `two replies that are swapped are found`(
      shape: (depth: Int, block: Int), engine: Engine
    ) throws {
      let result = try withLies { conversation in
        let messages = try (0..<5).map { _ in try conversation.peer.receive(1000) }
        for index in [0, 2, 1, 3, 4] { try conversation.peer.send(messages[index]) }
        try conversation.answerHonestly(1000)
      } _: {
        try load($0, engine, shape)
      }
      expectInvalid(
        result, .mismatch, "the server returned message 3 before message 2 on connection 0")
    }

    @Test(arguments: [(5, 1), (1, 5)], Engine.allCases)
    func `a reply that comes twice is found`(
      shape: (depth: Int, block: Int), engine: Engine
    ) throws {
      let result = try withLies { conversation in
        let messages = try (0..<5).map { _ in try conversation.peer.receive(1000) }
        for index in [0, 0, 1, 2, 3, 4] { try conversation.peer.send(messages[index]) }
        try conversation.answerHonestly(1000)
      } _: {
        try load($0, engine, shape)
      }
      expectInvalid(
        result, .mismatch,
        "the server returned message 1 again instead of message 2 on connection 0")
    }

    @Test(arguments: Engine.allCases)
    func `a whole buffer in return for a block is called that`(engine: Engine) throws {
      let result = try withLies { conversation in
        let block = try conversation.peer.receive(3000)
        try conversation.peer.send(block + [UInt8](repeating: 0, count: 1096))
        try conversation.answerHonestly(1000)
      } _: {
        try load($0, engine, (1, 3))
      }
      expectInvalid(
        result, .surplus,
        "the server returned 4096 bytes for a 3000-byte block of 3 messages: it echoes its whole"
          + " buffer")
    }

    @Test(arguments: Engine.allCases)
    func `bytes between two replies are found`(engine: Engine) throws {
      let result = try withLies { conversation in
        let messages = try (0..<4).map { _ in try conversation.peer.receive(1000) }
        try conversation.peer.send(messages[0] + [7] + messages[1] + messages[2] + messages[3])
        try conversation.answerHonestly(1000)
      } _: {
        try load($0, engine, (4, 1))
      }
      #expect(result.broken == [.mismatch])
      #expect(
        result.invalidReasons.first?.hasPrefix("the server altered message 2: byte 0 ") == true)
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `a reply that is missing ends the run with its name`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        let messages = try (0..<4).map { _ in try conversation.peer.receive(1000) }
        try conversation.peer.send(messages[0] + messages[1])
        // Messages in the place of these come when they have been read.
        _ = try conversation.peer.receive(2000)
        clock.run(until: conversation.over)
      } _: {
        try load($0, engine, (4, 1), by: clock) { $0.timeout = .milliseconds(16) }
      }
      expectInvalid(
        result, .timeout, "the server did not answer message 3 of connection 0 within 16ms")
    }

    @Test func `each message of a block has its own time, and the block the last one's`() throws {
      let clock = CountingClock()
      let result = try withLies { conversation in
        for _ in 0..<2 {
          let block = try conversation.peer.receive(2000)
          for part in [block.prefix(1000), block.suffix(1000)] {
            clock.advance(by: .milliseconds(10))
            try conversation.peer.send(part)
            clock.awaitReaders(unless: conversation.over)
          }
        }
        try conversation.answerHonestly(1000)
      } _: {
        try load($0, .event, by: clock) {
          $0.block = 2
          $0.stopRule = .messages(4)
          // The client looks around eight times in so long.
          $0.timeout = .milliseconds(80)
        }
      }
      expectValid(result, messages: 4)
      #expect(result.latency.min == 10_000_000 && result.latency.max == 20_000_000)
      #expect(result.blocks?.min == 20_000_000 && result.blocks?.max == 20_000_000)
    }
  }
}

/// One connection that sends the blocks of a shape, without an end.
private func load(
  _ address: Address, _ engine: Engine, _ shape: (depth: Int, block: Int),
  by clock: some RunClock = MonotonicClock(), _ adjust: (inout Workload) -> Void = { _ in }
) throws -> ClientReport {
  try load(address, engine, by: clock) {
    $0.pipeline = shape.depth == 1 ? nil : shape.depth
    $0.block = shape.block == 1 ? nil : shape.block
    $0.stopRule = .messages(1000)
    adjust(&$0)
  }
}
