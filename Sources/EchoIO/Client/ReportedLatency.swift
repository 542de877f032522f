extension ClientReport {
  public struct Latency: Codable, Equatable, Sendable {
    public var kind = LatencyKind.serviceTime.rawValue
    public var unit = "ns"
    @ExplicitNull public var min: UInt64?
    @ExplicitNull public var mean: Double?
    @ExplicitNull public var max: UInt64?
    /// By the percentile; null where fewer than ten samples lie above it.
    public var percentiles: [String: UInt64?] = [:]
    /// HdrHistogram's compressed V2 encoding, Base64; null when nothing was recorded.
    @ExplicitNull public var hdrV2: String?

    enum CodingKeys: String, CodingKey {
      case kind, unit, min, mean, max, percentiles
      case hdrV2 = "hdr_v2"
    }
  }
}

extension ClientReport.Latency {
  public init(_ histogram: LatencyHistogram, _ kind: LatencyKind = .serviceTime) {
    self.init(histogram, kind.rawValue)
  }

  init(_ histogram: LatencyHistogram, _ kind: String) {
    self.kind = kind
    let isEmpty = histogram.count == 0
    min = isEmpty ? nil : histogram.min
    mean = histogram.mean
    max = isEmpty ? nil : histogram.max
    percentiles = Dictionary(
      uniqueKeysWithValues: ClientReport.percentiles.map {
        ($0, histogram.percentile(Double($0) ?? 0))
      })
    hdrV2 = isEmpty ? nil : histogram.encodedV2
  }
}
