public import EchoIO

/// What `echobench backends --format json` prints: the backends, and which of them this machine can
/// run.
public struct BackendList: Codable, Equatable, Sendable {
  public let schema: String
  public let backends: [Entry]

  /// A backend of the registry.
  public struct Entry: Codable, Equatable, Sendable {
    public let name: String
    public let summary: String
    public let defaultThreads: Int
    /// nil when this machine can run it.
    public let unavailability: String?
    /// nil when its instructions can be counted.
    public let instructionsUnavailability: String?
    public let idleConnectionBytes: Int
    /// With buffers of the standard size.
    public let unreadConnectionBytes: Int

    enum CodingKeys: String, CodingKey {
      case name, summary, unavailability
      case defaultThreads = "default_threads"
      case instructionsUnavailability = "instructions_unavailability"
      case idleConnectionBytes = "idle_connection_bytes"
      case unreadConnectionBytes = "unread_connection_bytes"
    }

    init(_ backend: any Backend.Type) {
      name = backend.name
      summary = backend.summary
      defaultThreads = backend.defaultThreads
      unavailability = backend.unavailability
      instructionsUnavailability = backend.instructionsUnavailability
      idleConnectionBytes = backend.idleConnectionBytes
      unreadConnectionBytes = backend.unreadConnectionBytes(
        bufferSize: ServerOptions(threads: 1).bufferSize.bytes)
    }

    /// Writes null for a backend that is available, or can be counted, too.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(summary, forKey: .summary)
      try container.encode(defaultThreads, forKey: .defaultThreads)
      try container.encode(unavailability, forKey: .unavailability)
      try container.encode(instructionsUnavailability, forKey: .instructionsUnavailability)
      try container.encode(idleConnectionBytes, forKey: .idleConnectionBytes)
      try container.encode(unreadConnectionBytes, forKey: .unreadConnectionBytes)
    }
  }

  public init(_ backends: [any Backend.Type] = Backends.all) {
    schema = "echobench-backends/1"
    self.backends = backends.map(Entry.init)
  }
}
