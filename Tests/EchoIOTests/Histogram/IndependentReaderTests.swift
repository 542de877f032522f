import Testing

@testable import EchoIO

/// What another implementation makes of the same values: HdrHistogram's Python edition,
/// hdrhistogram 0.10.8 of PyPI.
///
/// Its figures were printed by `HdrHistogram(1, 3600000000000, digits)` after `record_value` of
/// each value: `get_value_at_percentile`, `get_min_value`, `get_max_value`, `encode`, and over
/// `get_recorded_iterator` the number of buckets and the sum of count × `_hdr_median_equiv_value`.
/// It rounds a rank to the nearest, where this program rounds it up; numbers of values whose
/// percentiles are whole ranks do without.
@Suite(.timeLimit(.minutes(1)))
struct IndependentReaderTests {
  struct Vector: Sendable {
    let values: Values
    let percentiles: [(Double, UInt64)]
    let lowest: UInt64
    let highest: UInt64
    let sum: UInt64
    let buckets: Int
  }

  /// Numbers below `most`, each shifted right by up to `shifts` bits, of SplitMix64.
  struct Values: Sendable {
    let seed: UInt64
    let count: Int
    let most: UInt64
    let shifts: UInt64

    var all: [UInt64] {
      var state = seed
      return (0..<count).map { _ in
        let value = splitMix64(&state) % most
        return value >> (splitMix64(&state) % shifts)
      }
    }
  }

  private static let vectors = [
    Vector(
      values: Values(seed: 1, count: 1000, most: 2048, shifts: 1),
      percentiles: [(50, 1034), (90, 1849), (99, 2023)],
      lowest: 0, highest: 2045, sum: 1_042_061, buckets: 795),
    Vector(
      values: Values(seed: 2, count: 10_000, most: 30_000, shifts: 1),
      percentiles: [(50, 15_231), (90, 27_023), (99, 29_711), (99.9, 29_967)],
      lowest: 1, highest: 29_999, sum: 151_416_871, buckets: 3620),
    Vector(
      values: Values(seed: 3, count: 10_000, most: 3_600_000_000_000, shifts: 41),
      percentiles: [
        (50, 910_335), (90, 104_488_501_247), (99, 2_218_350_608_383), (99.9, 3_466_038_607_871),
      ],
      lowest: 0, highest: 3_573_412_790_271, sum: 863_091_571_980_744, buckets: 7161),
    Vector(
      values: Values(seed: 4, count: 100_000, most: 5_000_000, shifts: 12),
      percentiles: [
        (50, 39_263), (90, 1_331_199), (99, 4_403_199), (99.9, 4_927_487), (99.99, 4_993_023),
      ],
      lowest: 0, highest: 5_001_215, sum: 41_746_774_938, buckets: 13_473),
  ]

  @Test(arguments: vectors)
  func `percentiles are the ones of an independent reader`(vector: Vector) throws {
    let histogram = recorded(vector.values.all)
    let decoded = try LatencyHistogram(decoding: histogram.encodedV2)
    for (percentile, value) in vector.percentiles {
      #expect(histogram.percentile(percentile) == value)
      #expect(decoded.percentile(percentile) == value)
    }
    #expect(decoded.min == vector.lowest)
    #expect(decoded.max == vector.highest)
    #expect(decoded.sum == vector.sum)
    #expect(Array(decoded.buckets).count == vector.buckets)
  }

  @Test(arguments: [
    (
      HistogramLayout.threeDigits,
      "HISTFAAAALJ4nC2MPQtBYRzFn+f33Ne8Ddc1WZRiQvkANl/JZLhdMtwMMhiUlGQwmVgkSZLBZzCYuZNByr1xTv/O"
        + "6XT+J98ZOkKIifhB/VVGtlnbTEXj+Qs0VEQZnU0GN3JVPIOB5A09yUsR6mwdVhZ1xhpr8CzaLEw8yUPn7DJz6Zv4"
        + "ibi9M2hxShFY+Hb8+zIJ4ejwsbkqRkkKzMsEFbo6B4NLlnuJWyZeHiuCHH4R9rBM8wULZCef"
    ),
    (
      .twoDigits,
      "HISTFAAAAJh4nJNpmSzMwMDQygABTFCakYGB2c1gxwIG+w8QARYmZiBkBGJOJn4mUSBLn2kvC5M9UyyTPFM5kNzK"
        + "xNQMknZkUmWqZeJlKgbiaKbrTEwXmZjymdYzMlkzpQKFrjMCZfsZgVK1TNogTXMZmSyZ9jMCDWxmZbrPyuTLlM50"
        + "nInpJwvTT0agUYZM95mAFrGoMj1mZAIA0dcblw=="
    ),
    (
      .oneDigit,
      "HISTFAAAAHR4nJNpmSzMwMCQzQABjAia2c1gxwIG+w8QARYmZiBkBGJOJn4mXiYmUaZQJlYghxHI4WRSZuJnYQVK"
        + "AiW4mYB8TSZ1IEMYrIJJEijMD2TwAhUoMwkCBUWZmHyZIpnYgWpUgSxZoCmsQD2uLIxM0kwAGU0JNA=="
    ),
  ])
  func `what another program has encoded is decoded`(layout: HistogramLayout, text: String) throws {
    let values = Values(seed: 5, count: 60, most: 3_600_000_000_000, shifts: 41)
    let decoded = try LatencyHistogram(decoding: text)
    let histogram = recorded(values.all).reduced(to: layout)
    #expect(decoded.layout == layout)
    #expect(decoded.counts == histogram.counts)
  }

  /// That reader found these values in this text, whose zlib stream is not compressed; what is
  /// inside must not differ from what is written now.
  @Test func `the encoding is the one that other readers take`() throws {
    let text =
      "HISTFAAAAEF4AQE2AMn/HISTEwAAAA4AAAAAAAAAAwAAAAAAAAABAAADRjC4oAA/8AAAAAAAAAEEBQLDDwbvngEC8W4C"
      + "o8kILg=="
    let histogram = recorded([1, 1, 5, 1000, 1000, 1000, 1_000_000, 123_456_789])
    #expect(try payload(histogram.encodedV2) == payload(text))
    #expect(try LatencyHistogram(decoding: text).counts == histogram.counts)
  }

  private func payload(_ text: String) throws -> [UInt8] {
    let bytes = try #require(Base64.decode(text))
    return try Zlib.inflate(bytes.dropFirst(8), most: 1000)
  }
}
