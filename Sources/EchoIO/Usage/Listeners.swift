internal import Glibc

/// The sockets of this machine that listen at an address, as /proc/net tells them (proc_pid_net(5)).
struct Listeners {
  /// Of the sockets; empty when none was found.
  private let inodes: Set<Substring>

  init(at address: Address) {
    switch address {
    case .unix(let path):
      // Num RefCount Protocol Flags Type St Inode Path; the flag is __SO_ACCEPTCON.
      inodes = Self.column(6, of: "/proc/net/unix") { fields in
        fields.count > 7 && fields[3] == "00010000" && fields[7] == path
      }
    case .internet:
      guard let target = try? SocketAddress(address), let local = ProcNetAddress(target) else {
        inodes = []
        return
      }
      // sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode; 0A is TCP_LISTEN.
      let exact = Self.column(9, of: local.file) { $0[3] == "0A" && $0[1] == local.text }
      // One that listens on every address of its family; of IPv6, that takes IPv4's, too (ipv6(7)).
      let anywhere = ["/proc/net/tcp", "/proc/net/tcp6"].map {
        Self.column(9, of: $0) { $0[3] == "0A" && local.isCovered(by: $0[1]) }
      }
      inodes = exact.isEmpty ? anywhere[0].union(anywhere[1]) : exact
    }
  }

  /// Whether one of `processes` holds one of them, as far as can be seen: true, too, where there is
  /// none to be seen, or these are not ours to look at.
  func isHeld(by processes: [Int32]) -> Bool {
    guard !inodes.isEmpty else { return true }
    for process in processes {
      let folder = "/proc/\(process)/fd"
      guard access(folder, R_OK | X_OK) == 0 else { return true }
      for descriptor in numericEntries(folder) {
        guard let target = linkTarget("\(folder)/\(descriptor)"), target.hasPrefix("socket:[")
        else { continue }
        if inodes.contains(target.dropFirst("socket:[".count).dropLast()) { return true }
      }
    }
    return false
  }

  private static func column(
    _ index: Int, of file: String, where isMeant: ([Substring]) -> Bool
  ) -> Set<Substring> {
    let lines = (readProcFile(file) ?? "").split(separator: "\n").dropFirst()
    let fields = lines.map { $0.split(separator: " ") }
    return Set(fields.filter { $0.count > index && isMeant($0) }.map { $0[index] })
  }
}

/// An internet address as /proc/net/tcp and tcp6 spell it: each four bytes as a hexadecimal number
/// of this machine's own byte order, and the port.
private struct ProcNetAddress {
  let text: String
  let file: String
  private let port: String

  /// Nil for another family.
  init?(_ address: SocketAddress) {
    guard let number = address.port, let bytes = address.hostBytes else { return nil }
    let words = stride(from: 0, to: bytes.count, by: 4).map { start in
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: UInt32.self) }
    }
    port = hexadecimal(UInt64(number), digits: 4)
    text = words.map { hexadecimal(UInt64($0), digits: 8) }.joined() + ":" + port
    file = bytes.count == 4 ? "/proc/net/tcp" : "/proc/net/tcp6"
  }

  /// Whether a listener there listens everywhere, at this port.
  func isCovered(by other: Substring) -> Bool {
    let parts = other.split(separator: ":")
    return parts.count == 2 && parts[1] == port && parts[0].allSatisfy { $0 == "0" }
  }
}

private func hexadecimal(_ number: UInt64, digits: Int) -> String {
  let text = String(number, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}

extension SocketAddress {
  /// The host of an internet address, in network order; nil for another family.
  fileprivate var hostBytes: [UInt8]? {
    withSockAddr { address, _ in
      let bytes = UnsafeRawPointer(address)
      switch family {
      case AF_INET:
        return Array(UnsafeRawBufferPointer(start: bytes + 4, count: 4))
      case AF_INET6:
        return Array(UnsafeRawBufferPointer(start: bytes + 8, count: 16))
      default:
        return nil
      }
    }
  }
}
