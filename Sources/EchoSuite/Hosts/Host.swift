internal import EchoIO

/// Where a server or a client of a suite runs: this machine, or another that a launcher reaches.
public struct Host: Codable, Hashable, Sendable {
  /// What messages, reports and the client's id call it.
  public let name: String
  /// The words of a command that runs there what its further words say, such as `ssh h1`; nil for this
  /// machine.
  public let launch: [String]?
  /// The path of echobench there; nil for whatever is found by its name.
  public let program: String?

  public init(name: String, launch: [String]? = nil, program: String? = nil) {
    self.name = name
    self.launch = launch
    self.program = program
  }
}

/// A kind of host: a key of a suite file, and what its value becomes. Another kind is another entry.
struct HostKind: Sendable {
  let key: String
  /// The words of the launcher.
  let words: @Sendable (String) throws(UnitError) -> [String]

  static let all = [
    HostKind(key: "launch") { (text) throws(UnitError) in try commandWords(text) }
  ]
}

/// The hosts of a suite's trials: the server's, and those of its clients, among which the load of a row is
/// divided.
public struct Hosts: Codable, Hashable, Sendable {
  public let server: Host
  /// Of the server's host, as the clients reach it: an address of IPv4 or IPv6.
  public let address: String
  public let clients: [Host]

  public init(server: Host, address: String, clients: [Host]) {
    self.server = server
    self.address = address
    self.clients = clients
  }

  /// This machine, where a role has no other.
  static let here = Host(name: "here")

  /// Where a server listens, at a port of its host's choice.
  var listening: Address { .internet(host: address, port: 0) }
}

extension Host {
  /// What starts its agent: a command, the name of its program first; nil for this very program.
  var command: [String]? {
    guard launch != nil || program != nil else { return nil }
    return (launch ?? []) + [program ?? "echobench", "agent"]
  }

  /// The launcher, as it can be typed.
  var launcher: String { launch.map(shell) ?? "this machine" }

  /// - Parameter words: continue a sentence about it.
  func failure(_ words: String) -> ProcessFailure {
    ProcessFailure(reason: "host \(name) \(words)")
  }

  /// What to try by hand.
  var trial: String { "\(shell(command ?? ["echobench", "agent"])) </dev/null" }
}

/// Splits a command into words at blanks, but for those in quotes or behind a backslash. There is no shell:
/// nothing else has a meaning.
///
/// By scalars: a quote with an accent behind it is another character, and a quote all the same.
func commandWords(_ text: String) throws(UnitError) -> [String] {
  guard text.utf8.count <= CommandTemplate.longest else {
    throw UnitError("must have at most \(CommandTemplate.longest) bytes")
  }
  var (words, quote) = ([String](), nil as Unicode.Scalar?)
  // Nil between words: one of nothing is in quotes.
  var word: String.UnicodeScalarView?
  var rest = text.unicodeScalars[...]
  while let scalar = rest.popFirst() {
    switch (scalar, quote) {
    case (let end, let open?) where end == open: quote = nil
    case ("\\", let open) where open != "'":
      guard let next = rest.popFirst() else { throw UnitError("must not end with a backslash") }
      word.append(next)
    case ("'", nil), ("\"", nil): (quote, word) = (scalar, word ?? .init())
    case (_, nil) where scalar.properties.isWhitespace:
      if let word { words.append(String(word)) }
      word = nil
    default: word.append(scalar)
    }
  }
  guard quote == nil else { throw UnitError("must have an end for each of its quotes") }
  return words + [word].compactMap { $0.map { String($0) } }
}

extension String.UnicodeScalarView? {
  /// In place: a word may be long.
  fileprivate mutating func append(_ scalar: Unicode.Scalar) {
    if self == nil { self = .init() }
    self?.append(scalar)
  }
}
