internal import Glibc

extension Socket {
  /// What is to be said before this listener serves others than this machine, and what to try; nil where it
  /// does not.
  /// - Parameter admission: the limits that it serves within.
  public func exposure(as address: Address, within admission: Admission?) throws(SystemError)
    -> String?
  {
    guard try SocketAddress(boundTo: descriptor).isExposed else { return nil }
    return
      "\(address) is not of this machine alone, and whoever reaches it can use its CPU time, memory and"
      + " network: \(Self.remedy(admission))."
  }

  private static func remedy(_ admission: Admission?) -> String {
    let missing = [
      admission?.most == nil ? "--max-connections" : nil,
      admission?.idleTimeout == nil ? "--idle-timeout" : nil,
    ].compactMap { $0 }
    return missing.isEmpty
      ? "stop it when you are done, or listen on 127.0.0.1"
      : "limit that with \(missing.joined(separator: " and ")), or listen on 127.0.0.1"
  }
}

extension SocketAddress {
  /// Whether others than this machine may reach it: an internet address that is none of loopback
  /// (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3 and 2.5.5.2).
  var isExposed: Bool {
    guard let host else { return false }
    if host.count == 4 { return host[0] != 127 }
    let isMapped = host.prefix(10).allSatisfy { $0 == 0 } && host[10] == 0xFF && host[11] == 0xFF
    if isMapped { return host[12] != 127 }
    return host != Array(repeating: 0, count: 15) + [1]
  }
}
