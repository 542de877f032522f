public import EchoIO

/// A server under a workload: one row of a table.
public struct Scenario: Codable, Hashable, Sendable {
  public let server: Server
  public let engine: Engine
  public let sizeBytes: Int
  public let workers: Int
  public let connections: Int
  public let verification: Verification
  /// CPUs the client binds itself to; nil for none.
  public let clientCPUs: String?
  /// True for the second run of a scenario under another name, which shows the noise floor.
  public let isTwin: Bool

  enum CodingKeys: String, CodingKey {
    case server, engine, workers, connections
    case sizeBytes = "size_bytes"
    case verification = "verify"
    case clientCPUs = "client_cpus"
    case isTwin = "twin"
  }

  public init(
    server: Server, engine: Engine, sizeBytes: Int, workers: Int, connections: Int,
    verification: Verification = .full, clientCPUs: String? = nil, isTwin: Bool = false
  ) {
    self.server = server
    self.engine = engine
    self.sizeBytes = sizeBytes
    self.workers = workers
    self.connections = connections
    self.verification = verification
    self.clientCPUs = clientCPUs
    self.isTwin = isTwin
  }

  /// The same under another name.
  var twin: Scenario {
    Scenario(
      server: server, engine: engine, sizeBytes: sizeBytes, workers: workers,
      connections: connections, verification: verification, clientCPUs: clientCPUs, isTwin: true)
  }

  /// The same, with every byte compared.
  var verified: Scenario {
    Scenario(
      server: server, engine: engine, sizeBytes: sizeBytes, workers: workers,
      connections: connections, clientCPUs: clientCPUs, isTwin: isTwin)
  }

  /// Whether the server or the client is bound to CPUs.
  var isPinned: Bool { clientCPUs != nil || server.cpus != nil }

  /// Unique within a suite, and readable: `libuv, 64k buffer, 1000 B, event`.
  public var name: String {
    var parts = [server.name]
    if let buffer = server.bufferBytes { parts.append("\(ByteCount(buffer).argument) buffer") }
    parts += ["\(ByteCount(sizeBytes))", engine.rawValue]
    if verification != .full { parts.append("verify \(verification.rawValue)") }
    if isTwin { parts.append("again") }
    return parts.joined(separator: ", ")
  }
}
