import Laws
import Testing

@testable import EchoIO

extension DataPlane {
  /// A connection is a stream with positions: whatever pieces it is sent and received in, they account
  /// for each of its bytes.
  struct PositionTests {
    @Test func `however an honest stream is split, every byte is accounted for`() throws {
      try forAll(100) {
        $0.stream(fault: nil)
      } holds: { shape in
        let end = try SteppedStream.run(shape)
        try hold(end == .whole, "it ended with \(end)")
      }
    }

    @Test func `one altered byte is found where it is`() throws {
      try forAll(100) { draw in
        draw.stream(fault: .alter)
      } holds: { shape in
        let end = try SteppedStream.run(shape)
        if shape.verification == .length { return try hold(end == .whole, "it ended with \(end)") }
        guard case .mismatch(let bytes) = end else { throw NotSo("it was \(end)") }
        try hold(bytes.contains(shape.faultAt), "it was seen in \(bytes)")
      }
    }

    @Test func `one byte too few is found`() throws {
      try forAll(100) { draw in
        draw.stream(fault: .drop)
      } holds: { shape in
        switch try SteppedStream.run(shape) {
        // The bytes behind it may be the same for a while.
        case .mismatch(let bytes) where shape.verification == .full:
          try hold(bytes.upperBound > shape.faultAt, "it was seen in \(bytes)")
        case .missing(let count): try holdEqual(count, 1, "what was missing")
        case let end: throw NotSo("it ended with \(end)")
        }
      }
    }

    @Test func `one byte too many is found`() throws {
      try forAll(100) { draw in
        draw.stream(fault: .insert)
      } holds: { shape in
        switch try SteppedStream.run(shape) {
        case .mismatch(let bytes) where shape.verification == .full:
          try hold(bytes.upperBound > shape.faultAt, "it was seen in \(bytes)")
        case .surplus(let count): try holdEqual(count, 1, "the surplus")
        case let end: throw NotSo("it ended with \(end)")
        }
      }
    }

    @Test(arguments: Engine.allCases)
    func `so it is in the loops that are measured`(engine: Engine) throws {
      try forAll(25) { draw in
        draw.stream(fault: draw.one(of: [nil, nil, .alter, .insert, .drop]), most: 20_000)
      } holds: { shape in
        let result = try withLies { conversation in
          var echo = SplitEcho(shape)
          while case let some = try conversation.peer.receiveOnce(echo.pieceSize()), !some.isEmpty {
            echo.take(some)
            while !echo.pending.isEmpty {
              let piece = echo.pending.prefix(echo.pieceSize())
              try conversation.peer.send(piece)
              echo.pending.removeFirst(piece.count)
            }
          }
        } _: {
          try load($0, engine) {
            $0.load = shape.load
            $0.load.engine = engine
            $0.stopRule = .messages(shape.blocks * shape.load.messagesPerBlock)
            $0.seed = shape.seed
            if shape.fault == .drop { $0.timeout = .milliseconds(150) }
          }
        }
        let isHarmless = shape.fault == .alter && shape.verification == .length
        try holdEqual(
          result.valid, shape.fault == nil || isHarmless, "\(result.invalidReasons), valid")
        if result.valid { try holdEqual(result.lifetime.bytesReceived, result.lifetime.bytesSent) }
      }
    }
  }
}
