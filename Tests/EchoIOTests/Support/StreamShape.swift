import Laws

@testable import EchoIO

/// A stream of messages, and how it is sent back.
struct StreamShape: Sendable {
  enum Fault: Sendable {
    case alter, drop, insert
  }

  var load: Load
  /// So many are sent.
  let blocks: Int
  let seed: UInt64
  /// Of the byte, in bytes from the beginning of the stream.
  var faultAt = 0
  let fault: Fault?
  /// Most bytes that are moved at once, and that a socket holds.
  let mostAtOnce: Int
  let socketBuffer: Int32

  var verification: Verification { load.verification }
}

extension Draw {
  /// - Parameter most: bytes, about.
  mutating func stream(fault: StreamShape.Fault?, most: Int = 200_000) -> StreamShape {
    var load = Load(engine: .event, workers: 1)
    load.verification = chance(70) ? .full : .length
    (load.pipeline, load.block) = (maybe { $0.int(2...9) }, maybe { $0.int(2...5) })
    let inFlight = load.depth * load.messagesPerBlock
    // A few are longer than a segment of the content.
    let largest = chance(5) && most > 100_000 ? 400_000 : max(1, most / inFlight / 4)
    load.size = ByteCount(magnitude(largest))
    if chance(40), largest > 20 {
      load.mix =
        chance(50)
        ? .uniform(1...max(2, load.size.bytes))
        : .list(
          Set(list(3...6) { $0.magnitude(largest) } + [largest, 1]).sorted().map { ByteCount($0) })
      load.size = load.mix?.largest ?? load.size
    }
    let perBlock = load.messagesPerBlock * load.size.bytes
    let blocks = max(load.depth, min(40, most / perBlock)) + int(0...3)
    var shape = StreamShape(
      load: load, blocks: blocks, seed: next(), fault: fault,
      mostAtOnce: magnitude(1 << 16) + blocks * perBlock / 100,
      socketBuffer: Int32(magnitude(1 << 17)))
    // A range that the shortest stream of such messages has, too.
    shape.faultAt = int(0...max(0, blocks * load.messagesPerBlock - 1))
    if load.mix == nil { shape.faultAt = int(0...blocks * perBlock - 1) }
    return shape
  }
}

/// What the other end has received, and returns as a shape says.
struct SplitEcho {
  let shape: StreamShape
  private(set) var taken = 0
  var pending: [UInt8] = []
  private var random: Draw

  init(_ shape: StreamShape) {
    self.shape = shape
    random = Draw(seed: shape.seed)
  }

  mutating func pieceSize() -> Int { random.magnitude(shape.mostAtOnce) }

  mutating func take(_ bytes: [UInt8]) {
    let place = shape.faultAt - taken
    taken += bytes.count
    guard let fault = shape.fault, bytes.indices.contains(place) else {
      pending += bytes
      return
    }
    pending += bytes[..<place]
    switch fault {
    case .alter: pending.append(bytes[place] ^ (1 << UInt8(random.int(0...7))))
    case .drop: break
    case .insert: pending += [UInt8(random.int(0...255)), bytes[place]]
    }
    pending += bytes[(place + 1)...]
  }
}
