public import EchoIO

/// A server under a load: one row of a table.
public struct Scenario: Codable, Hashable, Sendable {
  public let server: Server
  public let load: Load
  /// CPUs the client binds itself to; nil for none.
  public let clientCPUs: String?
  /// True for the second run of a scenario under another name (A/A), which must not differ from the
  /// first.
  public let isTwin: Bool

  enum CodingKeys: String, CodingKey {
    case server, load
    case clientCPUs = "client_cpus"
    case isTwin = "twin"
  }

  public init(server: Server, load: Load, clientCPUs: String? = nil, isTwin: Bool = false) {
    self.server = server
    self.load = load
    self.clientCPUs = clientCPUs
    self.isTwin = isTwin
  }

  /// The same under another name.
  var twin: Scenario {
    Scenario(server: server, load: load, clientCPUs: clientCPUs, isTwin: true)
  }

  /// The same, with every byte compared.
  var verified: Scenario {
    Scenario(server: server, load: load.verified, clientCPUs: clientCPUs, isTwin: isTwin)
  }

  /// Whether the server or the client is bound to CPUs.
  var isPinned: Bool { clientCPUs != nil || server.cpus != nil }

  /// Unique within a suite, and readable: `libuv, 64k buffer, 1000 B, event`.
  public var name: String {
    var parts = [server.name]
    if let buffer = server.bufferBytes { parts.append("\(ByteCount(buffer).argument) buffer") }
    parts += load.labels
    if isTwin { parts.append("again") }
    return parts.joined(separator: ", ")
  }
}
