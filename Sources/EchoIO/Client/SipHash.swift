/// SipHash-1-3 of 15 bytes: a keyed function of which no value can be told from others without the
/// key, in some 80 instructions.
///
/// Aumasson & Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012; with one round for each
/// word of input and three at the end.
struct SipHash {
  private let keyed: State

  init(key: (UInt64, UInt64)) {
    // "somepseudorandomlygeneratedbytes", of the paper.
    keyed = State(
      v0: key.0 ^ 0x736f_6d65_7073_6575, v1: key.1 ^ 0x646f_7261_6e64_6f6d,
      v2: key.0 ^ 0x6c79_6765_6e65_7261, v3: key.1 ^ 0x7465_6462_7974_6573)
  }

  /// - Parameters:
  ///   - first: the first eight bytes, little-endian.
  ///   - rest: the other seven, below 2⁵⁶.
  @inline(__always)
  func hash(_ first: UInt64, _ rest: UInt64) -> UInt64 {
    var state = keyed
    state.takeIn(first)
    // The last byte of the last word is the length.
    state.takeIn(rest | 15 << 56)
    state.v2 ^= 0xff
    for _ in 0..<3 { state.mix() }
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3
  }

  private struct State {
    var v0, v1, v2, v3: UInt64

    @inline(__always)
    mutating func takeIn(_ word: UInt64) {
      v3 ^= word
      mix()
      v0 ^= word
    }

    /// A SipRound.
    @inline(__always)
    mutating func mix() {
      v0 &+= v1
      v1 = rotated(v1, 13) ^ v0
      v0 = rotated(v0, 32)
      v2 &+= v3
      v3 = rotated(v3, 16) ^ v2
      v0 &+= v3
      v3 = rotated(v3, 21) ^ v0
      v2 &+= v1
      v1 = rotated(v1, 17) ^ v2
      v2 = rotated(v2, 32)
    }

    @inline(__always)
    private func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 {
      word &<< bits | word &>> (64 &- bits)
    }
  }
}
