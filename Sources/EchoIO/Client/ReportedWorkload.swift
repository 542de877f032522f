extension ClientReport {
  /// The load, and what decides the content of its messages.
  public struct WorkloadReport: Equatable, Sendable {
    public var load: Load
    public var seed: UInt64
  }
}

/// One object: the members of the load, the seed, and what every load of today has in common.
extension ClientReport.WorkloadReport: Codable {
  private enum CodingKeys: CodingKey {
    case seed, pacing, pipeline
  }

  public init(from decoder: any Decoder) throws {
    load = try Load(from: decoder)
    // Told even where it is the usual.
    if load.pipeline == 1 { load.pipeline = nil }
    if load.block == 1 { load.block = nil }
    seed = try decoder.container(keyedBy: CodingKeys.self).decode(UInt64.self, forKey: .seed)
  }

  public func encode(to encoder: any Encoder) throws {
    try load.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seed, forKey: .seed)
    try container.encode(load.isOpen ? "open" : "closed", forKey: .pacing)
    try container.encode(load.depth, forKey: .pipeline)
  }
}
