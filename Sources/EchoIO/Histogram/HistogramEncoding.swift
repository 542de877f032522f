/// The compressed V2 encoding of HdrHistogram, Base64: what its log files and readers in every
/// language use.
///
/// A cookie, the length of what follows, and a zlib stream of the payload: a header of 40 bytes,
/// then the counts. All numbers are big-endian. An encoding holds the counts by bucket, and neither
/// the exact extremes nor the sum: they travel beside it.
///
/// Source: HdrHistogram's `AbstractHistogram.encodeIntoCompressedByteBuffer` and
/// `decodeFromByteBuffer`.
enum HistogramEncoding {
  static let compressedCookie: UInt32 = 0x1c84_9304 | oneWord
  static let payloadCookie: UInt32 = 0x1c84_9303 | oneWord
  /// The word size in bytes, as a cookie tells it; ZigZag makes it 1.
  private static let oneWord: UInt32 = 0x10
  static let headerSize = 40

  /// What a payload comes to at most: each number of the counts stands for one bucket or more.
  static let mostPayload =
    headerSize + HistogramLayout.threeDigits.bucketCount * ZigZag.longest
}

extension LatencyHistogram {
  public var encodedV2: String {
    let stream = Zlib.deflate(payload)
    return Base64.encode(
      bigEndian(HistogramEncoding.compressedCookie) + bigEndian(UInt32(stream.count)) + stream)
  }

  private var payload: [UInt8] {
    let numbers = zigZagCounts
    return bigEndian(HistogramEncoding.payloadCookie) + bigEndian(UInt32(numbers.count))
      + bigEndian(UInt32(0))  // normalizing index offset
      + bigEndian(UInt32(layout.significantDigits))
      + bigEndian(HistogramLayout.lowest) + bigEndian(HistogramLayout.highest)
      + bigEndian((1.0).bitPattern)  // integer to double value conversion ratio
      + numbers
  }

  /// Each count, or a run of zeros as its negated length.
  private var zigZagCounts: [UInt8] {
    var bytes: [UInt8] = []
    var next = 0
    for (index, count) in filled {
      if index > next { ZigZag.append(-Int64(index - next), to: &bytes) }
      next = index + 1
      ZigZag.append(Int64(count), to: &bytes)
    }
    return bytes
  }
}
