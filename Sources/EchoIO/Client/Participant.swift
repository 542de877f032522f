/// A client that is one of several, on as many machines, whose reports are merged: who it is.
public struct Participant: Equatable, Sendable {
  public var id: ClientID
  /// Which one of how many; nil where nobody has told.
  public var shard: Shard?
  /// Of this program: figures of two versions are not added up.
  public var version: String

  public init(id: ClientID, shard: Shard? = nil, version: String) {
    self.id = id
    self.shard = shard
    self.version = version
  }
}

/// What a client is called among others, and in the names of its files: a host, or a host and a number.
public struct ClientID: Hashable, ReadableText, CustomStringConvertible {
  public let description: String

  /// A host's name has at most 64 characters (hostname(7)), and there may be a number behind it.
  private static let longest = 100

  /// Nothing in it has a meaning to a file system, a shell or a terminal.
  public init(parsing text: String) throws(UnitError) {
    guard let first = text.utf8.first, Self.isAlphanumeric(first), text.utf8.count <= Self.longest,
      text.utf8.allSatisfy({ Self.isAlphanumeric($0) || "._-".utf8.contains($0) })
    else {
      throw UnitError(
        "must be 1 to \(Self.longest) letters, digits, '.', '_' and '-', the first a letter or a digit"
      )
    }
    description = text
  }

  /// A host's name, with what cannot be in an id replaced, and a number that tells several of it apart.
  public init(host: String, number: Int?) {
    let plain = host.utf8.prefix(64).map {
      Self.isAlphanumeric($0) || "._-".utf8.contains($0) ? $0 : UInt8(ascii: "-")
    }
    var name = String(decoding: plain, as: UTF8.self)
    if !(name.utf8.first.map(Self.isAlphanumeric) ?? false) { name = "host\(name)" }
    description = name + (number.map { ".\($0)" } ?? "")
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}

/// One part of so many of a load that several clients put on a server together. Each has the load of its
/// own command line: nothing is divided.
public struct Shard: Codable, Hashable, Sendable, CustomStringConvertible {
  /// From 1 on.
  public let index: Int
  public let count: Int
  /// The variable of the launcher that told; nil where the command line did.
  public let from: String?

  /// More clients than that is a slip of the keyboard.
  public static let most = 4096

  public init(_ index: Int, of count: Int, from: String? = nil) {
    self.index = index
    self.count = count
    self.from = from
  }

  public var description: String { "\(index)/\(count)" }
}

extension Workload {
  /// The same seed for another client is another one: no two clients send the same, and a server that
  /// mixes them up is found out.
  public static func seed(_ seed: UInt64, of id: ClientID) -> UInt64 {
    var state = seed
    for byte in id.description.utf8 {
      state ^= UInt64(byte)
      state = splitMix64(&state)
    }
    return state >> (64 - seedBits)
  }
}
