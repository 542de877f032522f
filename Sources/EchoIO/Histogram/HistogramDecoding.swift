extension LatencyHistogram {
  /// Reads what ``encodedV2`` or another writer of the format has written, in a layout of this
  /// program's.
  ///
  /// Extremes and sum are those of the buckets: the lowest value of the first, the highest of the
  /// last, and each bucket's middle.
  /// - Throws: for every text that is anything else; it takes bounded memory to find out.
  public init(decoding text: String) throws(HistogramError) {
    guard let bytes = Base64.decode(text) else { throw .notBase64 }
    var compressed = ByteReader(bytes)
    try compressed.expectCookie(HistogramEncoding.compressedCookie)
    let streamLength: UInt32 = try compressed.number()
    try compressed.expect(Int(streamLength))
    var payload = ByteReader(
      try Zlib.inflate(compressed.rest, most: HistogramEncoding.mostPayload))
    try payload.expectCookie(HistogramEncoding.payloadCookie)
    let countsLength: UInt32 = try payload.number()
    let layout = try payload.layout()
    try payload.expect(Int(countsLength))
    try self.init(layout, counts: payload.counts(of: layout))
  }

  /// Reads an encoding together with what was noted beside it, in nanoseconds: the histogram is then
  /// the one that was encoded. Its sum comes from the mean, exact below 2⁵³ ns (104 days).
  /// - Throws: for a text that is no histogram, and for extremes and a mean that are not its own.
  public init(
    decoding text: String, min: UInt64, max: UInt64, mean: Double
  ) throws(HistogramError) {
    let decoded = try LatencyHistogram(decoding: text)
    guard let sum = UInt64(exactly: (mean * Double(decoded.count)).rounded()) else {
      throw .otherExtremes
    }
    self = try decoded.with(min: min, max: max, sum: sum)
  }
}

extension ByteReader {
  fileprivate mutating func expectCookie(_ expected: UInt32) throws(HistogramError) {
    let cookie: UInt32 = try number()
    guard cookie == expected else { throw .otherForm(cookie: cookie) }
  }

  /// Reads the rest of the payload's header.
  fileprivate mutating func layout() throws(HistogramError) -> HistogramLayout {
    let offset: Int32 = try number()
    let digits: UInt32 = try number()
    let lowest: UInt64 = try number()
    let highest: UInt64 = try number()
    let ratio = Double(bitPattern: try number())
    guard offset == 0 else { throw .otherLayout("a normalizing index offset of \(offset)") }
    guard lowest == HistogramLayout.lowest else {
      throw .otherLayout("\(lowest) as its lowest value")
    }
    guard highest == HistogramLayout.highest else {
      throw .otherLayout("\(highest) as its highest value")
    }
    guard ratio == 1 else { throw .otherLayout("a conversion ratio of \(ratio)") }
    guard let layout = HistogramLayout(rawValue: Int(digits)) else {
      throw .otherLayout("\(digits) significant digits")
    }
    return layout
  }

  /// Reads counts and runs of zeros to the end.
  fileprivate mutating func counts(
    of layout: HistogramLayout
  ) throws(HistogramError) -> [UInt64] {
    let most = layout.bucketCount
    var counts: [UInt64] = []
    while !rest.isEmpty {
      let number = try ZigZag.read(&self)
      // Some writers write a single zero as a count.
      let run = number < 0 ? number.magnitude : 1
      guard run <= most - counts.count else { throw .beyondLayout }
      if number < 0 {
        counts += Array(repeating: 0, count: Int(run))
      } else {
        counts.append(UInt64(number))
      }
    }
    return counts
  }
}
