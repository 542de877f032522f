/// A source of numbers that is the same in every run: a linear congruential generator with the
/// constants of Knuth's MMIX, of which the upper half is used.
struct FixedRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) {
    state = seed &+ 1
  }

  mutating func next() -> UInt64 {
    let upper = step() >> 32
    return upper << 32 | step() >> 32
  }

  private mutating func step() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }
}

/// `count` bytes without a pattern, the same for the same seed. What is longer than a piece of an odd length
/// repeats that: to draw megabytes takes long.
func scrambledBytes(_ count: Int, seed: UInt64 = 0) -> [UInt8] {
  let period = 1 << 20 | 7
  guard count > period else { return drawnBytes(count, seed) }
  let piece = drawnBytes(period, seed)
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count)
  while bytes.count < count { bytes += piece.prefix(count - bytes.count) }
  return bytes
}

private func drawnBytes(_ count: Int, _ seed: UInt64) -> [UInt8] {
  var random = FixedRandom(seed)
  var bytes = [UInt8](repeating: 0, count: count)
  bytes.withUnsafeMutableBytes { bytes in
    // No stride, which takes most of the time of a debug build here.
    var offset = 0
    while offset + 8 <= count {
      bytes.storeBytes(of: random.next(), toByteOffset: offset, as: UInt64.self)
      offset += 8
    }
    for offset in offset..<count {
      bytes[offset] = UInt8(truncatingIfNeeded: random.next())
    }
  }
  return bytes
}
