public import EchoIO

/// A server under a load, and who drives it: one row of a table.
public struct Scenario: Codable, Hashable, Sendable {
  public let server: Server
  public internal(set) var load: Load
  /// The command that drives it; nil for this program's own client.
  public let client: Client?
  /// CPUs the client binds itself to; nil for none.
  public let clientCPUs: String?
  /// True for the second run of a scenario under another name (A/A), which must not differ from the
  /// first.
  public let isTwin: Bool

  enum CodingKeys: String, CodingKey {
    case server, load, client
    case clientCPUs = "client_cpus"
    case isTwin = "twin"
  }

  public init(
    server: Server, load: Load, client: Client? = nil, clientCPUs: String? = nil,
    isTwin: Bool = false
  ) {
    self.server = server
    self.load = load
    self.client = client
    self.clientCPUs = clientCPUs
    self.isTwin = isTwin
  }

  /// The same under another name.
  var twin: Scenario {
    Scenario(server: server, load: load, client: client, clientCPUs: clientCPUs, isTwin: true)
  }

  /// The same, with every byte compared.
  var verified: Scenario {
    Scenario(
      server: server, load: load.verified, client: client, clientCPUs: clientCPUs, isTwin: isTwin)
  }

  /// The same, driven by this program's own client.
  var drivenByOwn: Scenario {
    Scenario(server: server, load: load, clientCPUs: clientCPUs, isTwin: isTwin)
  }

  /// The same, without connections that are idle.
  var withoutIdle: Scenario {
    Scenario(
      server: server, load: load.withoutIdle, client: client, clientCPUs: clientCPUs, isTwin: isTwin
    )
  }

  /// How reports call who drives it.
  var clientName: String { client?.name ?? Client.ownName }

  /// Whether the server or the client is bound to CPUs.
  var isPinned: Bool { clientCPUs != nil || server.cpus != nil }

  /// Unique within a suite, and readable: `libuv, 64k buffer, 1000 B, event`.
  public var name: String {
    var parts = [server.name]
    if let buffer = server.bufferBytes { parts.append("\(ByteCount(buffer).argument) buffer") }
    parts += server.sockets?.labels.map { "server \($0)" } ?? []
    parts += load.labels
    if let client { parts.append("client \(client.name)") }
    if isTwin { parts.append("again") }
    return parts.joined(separator: ", ")
  }
}
