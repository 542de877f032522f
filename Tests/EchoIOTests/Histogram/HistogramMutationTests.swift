import Testing

@testable import EchoIO

/// Thousands of texts that are nearly right: each is decoded or refused, and none ends the process.
@Suite(.timeLimit(.minutes(1)))
struct HistogramMutationTests {
  private static let originals: [LatencyHistogram] = [
    [], [1], [5, 5, 80_000, 3_600_000_000_000], (0..<300).map { $0 * $0 * 977 },
  ].map(recorded)
  private static let texts = originals.map(\.encodedV2)

  /// What came of each mutation: how many were decoded.
  private func decoded(
    seed: UInt64, _ mutate: (_ original: String, inout FixedRandom) throws -> String
  ) rethrows -> Int {
    var random = FixedRandom(seed)
    var decoded = 0
    for round in 0..<1000 {
      let text = try mutate(Self.texts[round % Self.texts.count], &random)
      guard let histogram = try? LatencyHistogram(decoding: text) else { continue }
      decoded += 1
      // What was decoded is a histogram like any other.
      let again = try? LatencyHistogram(decoding: histogram.encodedV2)
      if again != histogram || histogram.counts.reduce(0, +) != histogram.count {
        Issue.record("\(text) was decoded to something that is no histogram")
      }
      _ = histogram.percentile(50)
    }
    return decoded
  }

  private func change(_ bytes: inout [UInt8], _ random: inout FixedRandom) {
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let position = Int.random(in: 0..<max(bytes.count, 1), using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes.insert(.random(in: 0...255, using: &random), at: position)
      case 1: bytes.removeSubrange(min(position, bytes.count)...)
      case _ where bytes.isEmpty: break
      case 2: bytes.remove(at: position)
      default: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
    }
  }

  @Test func `changed texts are refused`() {
    let decoded = decoded(seed: 1) { original, random in
      var text = Array(original.utf8)
      change(&text, &random)
      return String(decoding: text, as: UTF8.self)
    }
    // Of what is undone at random, or is in the part of the stream that no checksum covers.
    #expect(decoded < 50)
  }

  @Test func `changed streams are refused by their checksum`() throws {
    let decoded = try decoded(seed: 2) { original, random in
      var bytes = try #require(Base64.decode(original))
      change(&bytes, &random)
      return Base64.encode(bytes)
    }
    #expect(decoded < 50)
  }

  @Test func `changed payloads are decoded or refused`() throws {
    let decoded = try decoded(seed: 3) { original, random in
      let bytes = try #require(Base64.decode(original))
      var payload = try Zlib.inflate(bytes.dropFirst(8), most: HistogramEncoding.mostPayload)
      change(&payload, &random)
      return Encoding().text(Zlib.deflate(payload))
    }
    // A flipped bit of a count is another count.
    #expect((1..<900).contains(decoded))
  }

  @Test func `random counts are decoded or refused`() {
    let decoded = decoded(seed: 4) { _, random in
      var encoding = Encoding(digits: .random(in: 1...3, using: &random), numbers: [])
      for _ in 0..<Int.random(in: 0..<40, using: &random) {
        let number = Int64(bitPattern: random.next())
        encoding.numbers.append(number >> Int64.random(in: 0..<64, using: &random))
      }
      return encoding.text
    }
    #expect((1..<1000).contains(decoded))
  }
}
