internal import CLinux
internal import Glibc

/// The sockets of this machine that listen at an address, as the kernel lists them: asking it is no
/// connection, which would be work for a server, and would use up one that accepts once.
public enum Listeners {
  /// Their inodes. A listener for every interface counts, and so does one of IPv6 that takes IPv4
  /// connections as well.
  /// - Parameter address: with a numeric host; nobody is looked up.
  public static func inodes(at address: Address) -> [UInt64] {
    switch address {
    case .unix(let path): return unixInodes(path)
    case .internet(let host, let port):
      guard let target = NumericHost(host) else { return [] }
      let found = clinux_listener(target.family, target.bytes, port)
      if found >= 0 { return [UInt64(found)] }
      return found == -Int(ENOENT) ? [] : tcpInodes(target, port)
    }
  }

  /// Of those that listen at a TCP port, at whatever address (proc_pid_net(5)).
  static func inodes(atPort port: UInt16) -> [UInt64] {
    let suffix = ":\(hexadecimal(UInt32(port), digits: 4))"
    return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { tcpInodes($0) { $0.hasSuffix(suffix) } }
  }

  /// From the kernel's tables (proc_pid_net(5)), where it cannot be asked for one socket: to read them
  /// takes milliseconds, since it walks through a hash table of all connections.
  static func tcpInodes(_ host: NumericHost, _ port: UInt16) -> [UInt64] {
    let addresses = localAddresses(host, port)
    return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap {
      tcpInodes($0) { addresses.contains(String($0)) }
    }
  }

  /// `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`: those that listen
  /// stand before all others, of which there may be tens of thousands.
  static func tcpInodes(
    _ path: String, _ isWanted: (_ address: Substring) -> Bool
  ) -> [UInt64] {
    var inodes: [UInt64] = []
    forEachLine(of: path) { line in
      guard line.contains(":") else { return true }
      let fields = line.split(separator: " ", maxSplits: 10)
      guard fields.count > 9, fields[3] == listening else { return fields.first == "sl" }
      if isWanted(fields[1]), let inode = UInt64(fields[9]) {
        inodes.append(inode)
      }
      return true
    }
    return inodes
  }

  /// TCP_LISTEN of the kernel's net/tcp_states.h, in hexadecimal.
  private static let listening = "0A"

  /// `Num RefCount Protocol Flags Type St Inode Path`.
  static func unixInodes(_ path: String, in table: String = "/proc/net/unix") -> [UInt64] {
    var inodes: [UInt64] = []
    forEachLine(of: table) { line in
      let fields = line.split(separator: " ", maxSplits: 7)
      if fields.count == 8, fields[7] == path, let flags = UInt32(fields[3], radix: 16),
        flags & acceptsConnections != 0, let inode = UInt64(fields[6])
      {
        inodes.append(inode)
      }
      return true
    }
    return inodes
  }

  /// __SO_ACCEPTCON of the kernel's linux/net.h.
  private static let acceptsConnections: UInt32 = 0x10000

  /// What may stand as the local address of a socket that connections to `host` reach.
  private static func localAddresses(_ host: NumericHost, _ port: UInt16) -> [String] {
    let any4 = [UInt8](repeating: 0, count: 4)
    let any6 = [UInt8](repeating: 0, count: 16)
    let hosts: [[UInt8]] =
      if host.family == AF_INET {
        // Also as one of IPv6 (RFC 4291, 2.5.5.2).
        [host.bytes, any4, any6, [UInt8](repeating: 0, count: 10) + [255, 255] + host.bytes]
      } else {
        [host.bytes, any6]
      }
    return hosts.map { "\(words($0)):\(hexadecimal(UInt32(port), digits: 4))" }
  }

  /// As the kernel prints an address: each four bytes as a number of this machine.
  private static func words(_ bytes: [UInt8]) -> String {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      let word = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: UInt32.self) }
      return hexadecimal(word, digits: 8)
    }.joined()
  }

  private static func hexadecimal(_ number: UInt32, digits: Int) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: digits - text.count) + text
  }
}

/// An address of an interface, as it is and not by a name.
struct NumericHost {
  let family: Int32
  /// In network order.
  let bytes: [UInt8]

  init?(_ host: String) {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, host, &bytes) == 1 {
      (family, self.bytes) = (AF_INET, Array(bytes.prefix(4)))
    } else if inet_pton(AF_INET6, host, &bytes) == 1 {
      (family, self.bytes) = (AF_INET6, bytes)
    } else {
      return nil
    }
  }
}

/// Of a file of /proc that is read, in bytes.
private let longestLine = 1 << 16

/// Reads a file of /proc line by line, as far as `body` wants more.
private func forEachLine(of path: String, _ body: (Substring) -> Bool) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  defer { close(descriptor) }
  var rest: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 4096)
  while case let count = read(descriptor, &piece, piece.count), count > 0 {
    rest += piece[..<count]
    let end = rest.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    // No line of the kernel's: the longest has a path of 108 bytes.
    guard end > 0 || rest.count <= longestLine else { return }
    for line in String(decoding: rest[..<end], as: UTF8.self).split(separator: "\n") {
      guard body(line) else { return }
    }
    rest.removeFirst(end)
  }
}
