internal import Glibc

/// Where a server listens: `host:port`, `[v6]:port`, `unix:/path` or `file:/path`.
public enum Address: Hashable, ReadableText {
  case internet(host: String, port: UInt16)
  case unix(path: String)

  /// The contract's default: `127.0.0.1:25000`.
  public static let standard = Address.internet(host: "127.0.0.1", port: 25000)

  private static let rule = UnitError(
    "must be host:port, [v6]:port or unix:/path, with a port of 0 to 65535")

  /// Reads an address as a person writes it; a host name is looked up only when it is used.
  public init(parsing text: String) throws(UnitError) {
    for scheme in ["unix:", "file:"] where text.hasPrefix(scheme) {
      self = try Self.unixAddress(path: String(text.dropFirst(scheme.count)))
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else { throw Self.rule }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw Self.complaint(about: host, port: port)
    }
    guard !host.contains(where: { "[]".contains($0) }) else { throw Self.rule }
    guard !host.isEmpty else { throw UnitError("must have a host, as in 127.0.0.1:\(port)") }
    self = .internet(host: String(host), port: port)
  }

  /// What is wrong with a host that has a colon: an IPv6 address, a scheme, or anything.
  private static func complaint(about host: Substring, port: UInt16) -> UnitError {
    var address = in6_addr()
    let withoutZone = String(host.prefix { $0 != "%" })
    if inet_pton(AF_INET6, withoutZone, &address) == 1 {
      return UnitError("must have its IPv6 host in brackets, as in [\(host)]:\(port)")
    }
    if let scheme = host.firstRange(of: "://"), !host[scheme.upperBound...].contains("://") {
      let rest = "\(host[scheme.upperBound...]):\(port)"
      if (try? Address(parsing: rest)) != nil {
        return UnitError("must not have '\(host[..<scheme.upperBound])' before it, as in \(rest)")
      }
    }
    return rule
  }

  private static func unixAddress(path: String) throws(UnitError) -> Address {
    guard path.hasPrefix("/") else {
      throw UnitError("must have an absolute path, as in unix:/tmp/echo.sock")
    }
    guard path.utf8.count <= SocketAddress.longestPath else {
      throw UnitError("must have a path of at most \(SocketAddress.longestPath) bytes")
    }
    return .unix(path: path)
  }
}

extension Address: CustomStringConvertible {
  public var description: String {
    switch self {
    case .internet(let host, let port):
      host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}
