/// The hash of FIPS 180-4 (section 6.2), by which a page names the one script and the one style sheet that a
/// browser may use of it.
struct SHA256 {
  /// 32 bytes.
  let digest: [UInt8]

  init(_ message: some Collection<UInt8>) {
    var state = Self.initial
    var padded = Array(message) + [0x80]
    padded += Array(repeating: 0, count: (120 - padded.count % 64) % 64)
    padded += Self.bytes(UInt64(message.count) * 8)
    for block in stride(from: 0, to: padded.count, by: 64) {
      Self.mix(padded[block..<block + 64], into: &state)
    }
    digest = state.flatMap { Self.bytes($0) }
  }

  /// One block of 64 bytes.
  private static func mix(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
    var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { start in
      block[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    for index in 16..<64 {
      let (early, late) = (words[index - 15], words[index - 2])
      let first = early.turned(7) ^ early.turned(18) ^ early >> 3
      let second = late.turned(17) ^ late.turned(19) ^ late >> 10
      words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for (word, constant) in zip(words, constants) {
      let choice = (e & f) ^ (~e & g)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let second = e.turned(6) ^ e.turned(11) ^ e.turned(25)
      let first = a.turned(2) ^ a.turned(13) ^ a.turned(22)
      let next = h &+ second &+ choice &+ constant &+ word
      (h, g, f, e) = (g, f, e, d &+ next)
      (d, c, b, a) = (c, b, a, next &+ first &+ majority)
    }
    for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
  }

  private static func bytes(_ word: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
    stride(from: word.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: word >> $0)
    }
  }

  /// Of the square roots of the first primes, 32 bits after the point.
  private static let initial: [UInt32] = primes.prefix(8).map { fraction($0.squareRoot()) }

  /// Of the cube roots of the first 64.
  private static let constants: [UInt32] = primes.map { fraction(cubeRoot($0)) }

  private static func fraction(_ root: Double) -> UInt32 {
    UInt32((root - root.rounded(.down)) * 0x1p32)
  }

  /// By Newton's method; 52 bits hold the three before the point and the 32 behind it.
  private static func cubeRoot(_ value: Double) -> Double {
    (0..<60).reduce(value) { root, _ in root - (root * root * root - value) / (3 * root * root) }
  }

  private static let primes: [Double] = (2...311).filter { number in
    (2..<number).allSatisfy { number % $0 != 0 }
  }.map { Double($0) }
}

extension UInt32 {
  fileprivate func turned(_ bits: UInt32) -> UInt32 { self >> bits | self << (32 - bits) }
}
