import Foundation

@testable import EchoIO

/// Where a process and its descendants listen on TCP, as the kernel lists it (proc_pid_net(5)), whatever they
/// say.
struct ListeningSockets {
  private let root: Int32
  private var known: Set<UInt64> = []
  /// All that were seen.
  private(set) var found: [Listener] = []

  init(of process: Int32) {
    root = process
  }

  /// Looks once more.
  mutating func look() {
    let new = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { Self.all(in: $0) }
      .filter { known.insert($0.inode).inserted }
    guard !new.isEmpty else { return }
    let held = Set(
      ProcessTree(root: root).members().flatMap { process in
        let folder = "/proc/\(process)/fd"
        return numericEntries(folder).compactMap { linkTarget("\(folder)/\($0)") }
      })
    found += new.filter { held.contains("socket:[\($0.inode)]") }
  }

  /// Of a table of the kernel's.
  static func all(in table: String) -> [Listener] {
    var addresses: [String] = []
    let inodes = Listeners.tcpInodes(table) {
      addresses.append(String($0))
      return true
    }
    return zip(inodes, addresses).map { Listener(inode: $0, address: $1) }
  }
}

/// A socket that listens.
struct Listener: CustomStringConvertible {
  let inode: UInt64
  /// Hexadecimal, each four bytes as a number of this machine, and the port: `0100007F:61A8`.
  let address: String

  var description: String { address }

  /// Whether nobody beyond this machine reaches it: 127.0.0.0/8 or ::1.
  var isLoopback: Bool {
    let digits = address.prefix { $0 != ":" }
    let words = stride(from: 0, to: digits.count, by: 8).map { start in
      UInt32(digits.dropFirst(start).prefix(8), radix: 16) ?? 0
    }
    let bytes = words.flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    switch bytes.count {
    case 4: return bytes[0] == 127
    case 16: return bytes == Array(repeating: 0, count: 15) + [1]
    default: return false
    }
  }
}
