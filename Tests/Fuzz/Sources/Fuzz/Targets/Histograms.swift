@testable import EchoIO

/// HdrHistogram's encoding, as a text of anybody's, and with what is compressed in it of anybody's making.
extension Target {
  static let histograms = [
    Target(text: "hdr", allowance: 4 << 20) { lawOfHistogram($0) },
    Target("hdr-payload", allowance: 4 << 20) { payload in
      let stream = Zlib.deflate(payload)
      lawOfHistogram(
        Base64.encode(
          bigEndian(HistogramEncoding.compressedCookie) + bigEndian(UInt32(stream.count)) + stream))
    },
  ]

  private static func lawOfHistogram(_ text: String) {
    do throws(HistogramError) {
      let histogram = try LatencyHistogram(decoding: text)
      law(
        (try? LatencyHistogram(decoding: histogram.encodedV2)) == histogram,
        "it is not read as it is written")
      var twice = histogram
      do throws(HistogramError) {
        try twice.add(histogram)
        law(twice.count == 2 * histogram.count, "twice is not twice")
      } catch {
        lawOfWords("\(error)")
      }
      _ = histogram.reduced(to: .oneDigit)
    } catch {
      lawOfWords("\(error)")
    }
  }
}
