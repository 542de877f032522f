import EchoIO
import Foundation

/// Random numbers for simulations: the same seed gives the same sequence. The state is EchoIO's
/// SplitMix64, used directly because a debug build spends its time in calls.
struct Sampler {
  private var state: UInt64
  /// The second number of a normal pair, kept for the next call.
  private var spare: Double?

  init(seed: UInt64) {
    state = seed
  }

  /// Above 0 and at most 1, each multiple of 2⁻⁵³ equally likely.
  mutating func uniform() -> Double {
    Double((splitMix64(&state) >> 11) + 1) * 0x1p-53
  }

  /// Standard normal: Box & Muller, "A Note on the Generation of Random Normal Deviates", 1958.
  mutating func normal() -> Double {
    if let kept = spare {
      spare = nil
      return kept
    }
    let radius = (-2 * log(uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }

  /// Gamma with shape 2: the sum of two exponential numbers.
  mutating func gamma2() -> Double { -log(uniform() * uniform()) }

  mutating func shuffle(_ values: inout [Int]) {
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, Int(splitMix64(&state) % UInt64(last + 1)))
    }
  }
}

/// A sample that grows and stays sorted: a simulation looks at it after every value.
struct GrowingSample {
  private(set) var sorted: [Double] = []

  mutating func insert(_ value: Double) {
    var position = sorted.count
    sorted.append(value)
    while position > 0 && sorted[position - 1] > value {
      sorted[position] = sorted[position - 1]
      position -= 1
    }
    sorted[position] = value
  }
}
