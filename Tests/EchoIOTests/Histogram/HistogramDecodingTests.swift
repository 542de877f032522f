import Testing

@testable import EchoIO

@Suite(.timeLimit(.minutes(1)))
struct HistogramDecodingTests {
  private func error(_ text: String) -> HistogramError? {
    do {
      _ = try LatencyHistogram(decoding: text)
      return nil
    } catch {
      return error
    }
  }

  @Test func `what is right is decoded`() throws {
    let histogram = try LatencyHistogram(decoding: Encoding().text)
    #expect(Array(histogram.buckets) == [HistogramBucket(values: 5...5, count: 2)])
    #expect([histogram.min, histogram.max, histogram.sum] == [5, 5, 10])
  }

  @Test func `single zeros and zeros at the end, as other writers have them, are no matter`() throws
  {
    let numbers: [Int64] = [0, 0, -3, 2, -1000, 0]
    #expect(
      try LatencyHistogram(decoding: Encoding(numbers: numbers).text)
        == LatencyHistogram(decoding: Encoding().text))
    #expect(try LatencyHistogram(decoding: Encoding(numbers: [-9]).text) == LatencyHistogram())
  }

  @Test func `what is no Base64 is refused`() {
    for text in ["HISTFA", "HIST\n", "{}", Encoding().text + "\n"] {
      #expect(error(text) == .notBase64)
    }
  }

  @Test func `other forms are refused`() {
    #expect(error(Encoding(cookie: 0x1c84_9313).text) == .otherForm(cookie: 0x1c84_9313))
    #expect(error(Encoding(cookie: 0x1c84_9304).text) == .otherForm(cookie: 0x1c84_9304))
    #expect(error(Encoding(payloadCookie: 7).text) == .otherForm(cookie: 7))
    #expect(error("AAAAAA==") == .otherForm(cookie: 0))
  }

  @Test func `other layouts are refused in words`() {
    for (encoding, what) in [
      (Encoding(digits: 0), "0 significant digits"), (Encoding(digits: 4), "4 significant digits"),
      (Encoding(digits: .max), "4294967295 significant digits"),
      (Encoding(lowest: 1000), "1000 as its lowest value"),
      (Encoding(highest: .max), "18446744073709551615 as its highest value"),
      (Encoding(offset: -1), "a normalizing index offset of -1"),
      (Encoding(ratio: 0.5), "a conversion ratio of 0.5"),
      (Encoding(ratio: .nan), "a conversion ratio of nan"),
    ] {
      #expect(error(encoding.text) == .otherLayout(what))
      #expect(
        error(encoding.text)?.description
          == "its buckets are others than this program's: it has \(what)")
    }
  }

  @Test func `what is cut off is truncated, wherever that is`() throws {
    let bytes = try #require(Base64.decode(Encoding().text))
    for count in bytes.indices {
      #expect(error(Base64.encode(Array(bytes[..<count]))) == .truncated)
    }
    let payload = Encoding().payload
    for count in payload.indices {
      let stream = Zlib.deflate(Array(payload[..<count]))
      #expect(error(Encoding().text(stream)) == .truncated)
    }
    // A number whose bytes all say that another follows.
    #expect(error(Encoding(innerLength: 3, afterCounts: [0x80, 0x80, 0x80]).text) == .truncated)
  }

  @Test func `what goes on is refused`() {
    #expect(error(Encoding(afterStream: [0]).text) == .surplus(bytes: 1))
    #expect(error(Encoding(outerLength: 2, afterStream: [0, 0]).text) == .surplus(bytes: 2))
    #expect(error(Encoding(afterCounts: [4, 4, 4]).text) == .surplus(bytes: 3))
    #expect(
      HistogramError.surplus(bytes: 3).description == "it goes on behind its end, for 3 bytes")
  }

  @Test func `a damaged stream is refused`() {
    var stream = Zlib.deflate(Encoding().payload)
    stream[stream.count - 1] ^= 1
    #expect(error(Encoding().text(stream)) == .notDeflated)
    #expect(error(Encoding().text([1, 2, 3])) == .notDeflated)
    #expect(error(Encoding().text([])) == .notDeflated)
    #expect(
      error(Encoding().text(Array(Zlib.deflate(Encoding().payload).dropLast(5))))
        == .notDeflated)
  }

  @Test func `a small stream of millions of bytes is not inflated`() {
    let stream = Zlib.deflate([UInt8](repeating: 0, count: 4 << 20))
    #expect(stream.count < 10_000)
    #expect(error(Encoding().text(stream)) == .tooLarge(most: HistogramEncoding.mostPayload))
  }

  @Test(arguments: HistogramLayout.allCases)
  func `counts beyond the layout are refused`(layout: HistogramLayout) {
    let last = Int64(layout.bucketCount) - 1
    func error(_ numbers: [Int64]) -> HistogramError? {
      self.error(Encoding(digits: UInt32(layout.significantDigits), numbers: numbers).text)
    }
    #expect(error([-last, 1]) == nil)
    #expect(error([-last, -1]) == nil)
    #expect(error([-last, 1, 1]) == .beyondLayout)
    #expect(error([-last - 1, 1]) == .beyondLayout)
    #expect(error([-last, -2]) == .beyondLayout)
    #expect(error([-last - 2]) == .beyondLayout)
    #expect(error([1, .min]) == .beyondLayout)
    #expect(error(Array(repeating: 1, count: Int(last) + 2)) == .beyondLayout)
  }

  @Test func `counts and times that nobody can add up are refused`() {
    #expect(error(Encoding(numbers: [.max]).text) == nil)
    #expect(error(Encoding(numbers: [.max, 1]).text) == .tooManyCounted)
    #expect(error(Encoding(numbers: [.max, .max, .max]).text) == .tooManyCounted)
    #expect(error(Encoding(numbers: [0, 0, .max]).text) == nil)
    #expect(error(Encoding(numbers: [0, 0, 0, .max]).text) == .tooLong)
    #expect(error(Encoding(numbers: [-1000, 1 << 53, 1 << 53, 1 << 53]).text) == .tooLong)
  }

  @Test func `extremes and a mean of another histogram are refused`() throws {
    let histogram = recorded([5, 5000, 7000])
    func decode(_ min: UInt64, _ max: UInt64, _ mean: Double) throws {
      _ = try LatencyHistogram(decoding: histogram.encodedV2, min: min, max: max, mean: mean)
    }
    try decode(5, 7000, 12_005 / 3)
    try decode(5, 7003, 12_008 / 3)
    for (min, max, mean) in [
      (6, 7000, 4000), (5, 7004, 4000), (5, 8000, 4000), (5, 7000, 4.5), (5, 7000, 7001),
      (7000, 5, 4000), (5, .max, 4000), (.max, .max, 1e19), (0, 0, 0), (5, 7000, -4000),
      (5, 7000, .nan), (5, 7000, .infinity), (5, 7000, 1e300),
    ] as [(UInt64, UInt64, Double)] {
      #expect(throws: HistogramError.otherExtremes) { try decode(min, max, mean) }
    }
    #expect(throws: HistogramError.otherExtremes) {
      try LatencyHistogram(decoding: LatencyHistogram().encodedV2, min: 0, max: 0, mean: 0)
    }
  }
}
