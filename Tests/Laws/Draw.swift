/// Random values for laws: the same seed gives the same ones (SplitMix64: Steele, Lea & Flood, "Fast
/// Splittable Pseudorandom Number Generators", 2014).
public struct Draw: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  public mutating func int(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

  public mutating func double(_ range: ClosedRange<Double>) -> Double {
    .random(in: range, using: &self)
  }

  /// True in so many of a hundred.
  public mutating func chance(_ percent: Int) -> Bool { int(1...100) <= percent }

  /// At least 1: small ones are as likely as large ones, of whatever number of binary digits.
  public mutating func magnitude(_ most: Int) -> Int {
    let digits = Int.bitWidth - most.leadingZeroBitCount
    let lowest = 1 << int(0...digits - 1)
    return int(lowest...max(lowest, min(most, lowest - 1 + lowest)))
  }

  public mutating func one<Value>(of values: [Value]) -> Value { values[int(0...values.count - 1)] }

  /// A value in one of two cases.
  public mutating func maybe<Value>(_ value: (inout Draw) -> Value) -> Value? {
    chance(50) ? value(&self) : nil
  }

  public mutating func list<Value>(
    _ counts: ClosedRange<Int>, _ value: (inout Draw) -> Value
  ) -> [Value] {
    let count = int(counts)
    return (0..<count).map { _ in value(&self) }
  }

  public mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
    values.shuffled(using: &self)
  }

  /// Text that means something to whoever writes it down, or reads it.
  public mutating func hostileText(_ lengths: ClosedRange<Int> = 0...12) -> String {
    list(lengths) { $0.one(of: Self.hostile) }.joined()
  }

  private static let hostile = [
    "a", "Z", "7", " ", ",", "\"", "\"\"", "\n", "\r\n", "\r", "\t", "|", "\\", "\\|", "<b>",
    "<!--",
    "&amp;", "`", "*", "_", "#", "[x](y)", "'", ";", "=", "\u{0}", "\u{1b}[2J", "\u{85}",
    "\u{2028}",
    "\u{202e}", "é", "e\u{301}", "\u{301}", "日本", "👩‍👩‍👧", "\u{feff}", "{port}", "{{", "$(id)", "--",
    "/", "%",
  ]
}
