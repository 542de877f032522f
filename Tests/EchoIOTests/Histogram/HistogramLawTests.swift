import Laws
import Testing

@testable import EchoIO

/// Adding up histograms, and writing them down, loses nothing, whatever is in them.
struct HistogramLawTests {
  @Test func `a histogram is read back from its text`() throws {
    try forAll(100) {
      $0.histogram()
    } holds: { histogram in
      let text = histogram.encodedV2
      let decoded = try LatencyHistogram(decoding: text)
      try holdEqual(decoded.encodedV2, text)
      try holdEqual(decoded.count, histogram.count)
      try holdEqual(Array(decoded.buckets), Array(histogram.buckets))
      guard let mean = histogram.mean else { return }
      let exact = try LatencyHistogram(
        decoding: text, min: histogram.min, max: histogram.max, mean: mean)
      try holdEqual(exact, histogram)
    }
  }

  @Test func `in whatever order and groups histograms are added up, the sum is one`() throws {
    try forAll(40) { draw in
      let parts = draw.list(3...6) { $0.histogram() }
      return (parts, draw.shuffled(parts), split: draw.int(1...parts.count - 1))
    } holds: { parts, shuffled, split in
      let all = try sum(parts)
      try holdEqual(all.count, parts.reduce(0) { $0 + $1.count })
      try holdEqual(all.buckets.reduce(0) { $0 + $1.count }, all.count, "what buckets have")
      try holdEqual(try sum(shuffled), all, "the sum of others first")
      let groups = [try sum(parts[..<split]), try sum(parts[split...])]
      try holdEqual(try sum(groups), all, "the sum of sums")
    }
  }

  @Test func `a histogram has what was recorded, and nothing added is nothing changed`() throws {
    try forAll(100) {
      $0.values()
    } holds: { values in
      let histogram = recorded(values)
      try holdEqual(histogram.count, UInt64(values.count))
      try holdEqual(histogram.min, values.min() ?? 0)
      try holdEqual(histogram.max, values.max() ?? 0)
      try holdEqual(histogram.sum, values.reduce(0, +))
      try holdEqual(try sum([histogram, LatencyHistogram()]), histogram)
      try holdEqual(try sum([LatencyHistogram(), histogram]), histogram)
    }
  }

  @Test func `the sum of coarse histograms is the coarse one of the sum`() throws {
    try forAll(40) { draw in
      (draw.list(2...4) { $0.histogram() }, draw.one(of: HistogramLayout.allCases))
    } holds: { parts, layout in
      try holdEqual(
        try sum(parts.map { $0.reduced(to: layout) }).reduced(to: layout),
        try sum(parts).reduced(to: layout))
    }
  }

  @Test func `every value is in one bucket of each layout, and a higher one in none before`() throws
  {
    try forAll(500) { draw in
      (draw.magnitude(Int(HistogramLayout.highest)), draw.one(of: HistogramLayout.allCases))
    } holds: { value, layout in
      let index = layout.index(of: UInt64(value))
      let values = layout.values(at: index)
      try hold(values.contains(UInt64(value)), "bucket \(index) has \(values)")
      try holdEqual(layout.index(of: values.lowerBound), index)
      try holdEqual(layout.index(of: values.upperBound), index)
      try holdEqual(layout.values(at: index + 1).lowerBound, values.upperBound + 1)
    }
  }

  private func sum(_ parts: some Sequence<LatencyHistogram>) throws -> LatencyHistogram {
    var sum = LatencyHistogram()
    for part in parts { try sum.add(part) }
    return sum
  }
}

extension Draw {
  /// Of up to a hundred values of any magnitude, some of them again and again, at times none.
  fileprivate mutating func histogram() -> LatencyHistogram { recorded(values()) }

  fileprivate mutating func values() -> [UInt64] {
    list(0...30) { draw in
      let value = UInt64(draw.magnitude(Int(HistogramLayout.highest)))
      return Array(repeating: value, count: draw.chance(20) ? draw.int(1...40) : 1)
    }.flatMap { $0 }
  }
}
