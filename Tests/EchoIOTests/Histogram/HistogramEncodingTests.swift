import Testing

@testable import EchoIO

@Suite(.timeLimit(.minutes(1)))
struct HistogramEncodingTests {
  @Test(
    arguments: [
      [], [0], [1], [2047, 2048, 2049], [1, 1, 1, 5_000, 5_000, 1_000_000, 3_600_000_000_000],
      (0..<70_000).map { $0 * 131 },
    ] as [[UInt64]])
  func `what is encoded is decoded to the same counts`(values: [UInt64]) throws {
    for layout in HistogramLayout.allCases {
      let histogram = recorded(values).reduced(to: layout)
      let decoded = try LatencyHistogram(decoding: histogram.encodedV2)
      #expect(decoded.layout == layout)
      #expect(decoded.counts == histogram.counts)
      #expect(decoded.count == histogram.count)
      guard histogram.count > 0 else { continue }
      #expect(layout.values(at: layout.index(of: histogram.min)).lowerBound == decoded.min)
      #expect(layout.values(at: layout.index(of: histogram.max)).upperBound == decoded.max)
      let exact = try LatencyHistogram(
        decoding: histogram.encodedV2, min: histogram.min, max: histogram.max,
        mean: #require(histogram.mean))
      #expect(exact == histogram)
    }
  }

  @Test func `counts of any size are encoded`() throws {
    // From 1 byte to 9, around each power of 128.
    for bits in stride(from: 6, through: 62, by: 7) {
      for count in [(1 << bits) - 1, 1 << bits, (1 << bits) + 1] as [UInt64] {
        let histogram = try LatencyHistogram(.threeDigits, counts: [0, count])
        #expect(try LatencyHistogram(decoding: histogram.encodedV2) == histogram)
      }
    }
  }

  @Test func `an encoding is deflated`() throws {
    let histogram = recorded((0..<70_000).map { $0 * 131 })
    #expect(histogram.encodedV2.utf8.count < histogram.counts.count / 10)
  }
}

struct Base64Tests {
  /// Those of RFC 4648, section 10, and the two characters that are no letters or digits.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), (">>>???", "Pj4+Pz8/"),
  ])
  func `data and text belong together`(data: String, text: String) {
    #expect(Base64.encode(Array(data.utf8)) == text)
    #expect(Base64.decode(text) == Array(data.utf8))
  }

  @Test func `every byte comes back`() {
    for count in 0..<300 {
      let data = scrambledBytes(count, seed: UInt64(count))
      #expect(Base64.decode(Base64.encode(data)) == data)
    }
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zg===", "=", "==", "====", "Z===", "=Zg=", "Zg=a", "Zm8=Zm8=", "Zh==",
    "Zm9=",
    "Zm9v\n", "Zm 9", "Zm-_", "Zmé", "Zm9vZm9\u{0}",
  ])
  func `what is no Base64 is refused`(text: String) {
    #expect(Base64.decode(text) == nil)
  }
}
