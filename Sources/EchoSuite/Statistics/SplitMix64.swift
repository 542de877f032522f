internal import EchoIO

/// A small seeded random source: the same seed gives the same sequence everywhere and for ever.
///
/// Good for shuffling a plan, not for secrets.
struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) {
    self.state = seed
  }

  mutating func next() -> UInt64 { splitMix64(&state) }

  /// A number below `bound` (at least 1), each equally likely.
  ///
  /// Multiplies instead of dividing, and draws again when the low half falls into the remainder
  /// that would favour some numbers: Lemire, "Fast Random Integer Generation in an Interval",
  /// ACM TOMACS 29 (2019).
  mutating func next(below bound: UInt64) -> UInt64 {
    precondition(bound >= 1, "there is no number below 0")
    let remainder = (0 &- bound) % bound
    var product = next().multipliedFullWidth(by: bound)
    while product.low < remainder {
      product = next().multipliedFullWidth(by: bound)
    }
    return product.high
  }

  /// The elements in random order, each order equally likely: Fisher & Yates in Durstenfeld's
  /// form, "Algorithm 235: Random Permutation", CACM 7 (1964).
  ///
  /// Not the standard library's `shuffled(using:)`, which may consume the numbers differently in
  /// another release: a seed printed today must give the same plan then.
  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var shuffled = elements
    for last in stride(from: shuffled.count - 1, to: 0, by: -1) {
      shuffled.swapAt(last, Int(next(below: UInt64(last + 1))))
    }
    return shuffled
  }
}
