extension Trial {
  /// What decides the content of an attempt's messages: drawn from the seed of the suite, so that a
  /// server that knows what others were sent knows nothing of this one's.
  ///
  /// 53 bits, which every reader of JSON keeps exactly (RFC 8259, section 6).
  func seed(attempt: Int, of suite: UInt64) -> UInt64 {
    var random = SplitMix64(seed: suite)
    for number in [scenario, round, attempt] {
      random = SplitMix64(seed: random.next() ^ UInt64(number))
    }
    return random.next() >> 11
  }
}
