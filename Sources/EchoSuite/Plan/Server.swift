public import EchoIO

/// What serves in a scenario: a backend with its options, or somebody else's command.
public struct Server: Codable, Hashable, Sendable {
  /// How it is called in reports: a backend's name, or one the suite file gives a command.
  public let name: String
  public let kind: Kind
  /// Threads of a backend; nil for its default, and for a command.
  public let threads: Int?
  /// nil for a command whose buffer nobody sets.
  public let bufferBytes: Int?
  /// CPUs a backend binds itself to; nil for none.
  public let cpus: String?
  /// How a backend sets its sockets; nil for the standard, and for a command.
  public let sockets: SocketOptions?
  /// The module of the published figures that this server stands for; nil for none.
  public let publishedAs: String?
  /// The name of the server that does the same without this one's fault; nil for none.
  public let correctedBy: String?
  /// The name of the server that this one is compared with; nil for the first of the plan.
  public let against: String?

  public enum Kind: Codable, Hashable, Sendable {
    /// One of the registry, by the name it has there.
    case backend(name: String)
    /// A shell command with placeholders.
    case command(line: String)
  }

  enum CodingKeys: String, CodingKey {
    case name, kind, threads, cpus, sockets, against
    case bufferBytes = "buffer_bytes"
    case publishedAs = "published_as"
    case correctedBy = "corrected_by"
  }

  public init(
    name: String, kind: Kind, threads: Int? = nil, bufferBytes: Int? = nil, cpus: String? = nil,
    sockets: SocketOptions? = nil, publishedAs: String? = nil, correctedBy: String? = nil,
    against: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.threads = threads
    self.bufferBytes = bufferBytes
    self.cpus = cpus
    self.sockets = sockets
    self.publishedAs = publishedAs
    self.correctedBy = correctedBy
    self.against = against
  }
}

extension Server {
  /// The placeholders of a command, and what they stand for.
  enum Placeholder: String, CaseIterable {
    /// `127.0.0.1:41234`, `[::1]:41234` or `unix:/tmp/…/echo`.
    case address
    case host
    case port
    /// Bytes, as a plain number.
    case bufferSize = "buffer_size"

    var text: String { "{\(rawValue)}" }

    /// Any of these tells a command where to listen.
    static let locating: [Placeholder] = [.address, .port]
  }

  /// Replaces the placeholders of a command.
  static func expand(_ command: String, at address: Address, bufferBytes: Int?) -> String {
    var values: [Placeholder: String] = [
      .address: "\(address)", .bufferSize: bufferBytes.map { "\($0)" } ?? "",
    ]
    if case .internet(let host, let port) = address {
      values[.host] = host
      values[.port] = "\(port)"
    }
    return expand(command, values)
  }

  /// - Parameter values: of placeholders; what has none is left out.
  static func expand(_ command: String, _ values: [Placeholder: String]) -> String {
    CommandTemplate(command).filled { place in
      Placeholder(rawValue: place).map { values[$0] ?? "" }
    }
  }

  /// Whether a command has such a place.
  static func has(_ placeholder: Placeholder, in command: String) -> Bool {
    CommandTemplate(command).places.contains(placeholder.rawValue)
  }

  /// What this program is told to be a backend.
  func arguments(backend: String, at address: String) -> [String] {
    var arguments = ["server", "--backend", backend, "--address", address, "--format", "json"]
    if let bufferBytes { arguments += ["--buffer-size", "\(bufferBytes)"] }
    if let threads { arguments += ["--threads", "\(threads)"] }
    if let cpus { arguments += ["--cpus", cpus] }
    return arguments + (sockets?.arguments ?? [])
  }
}
