internal import CLinux
internal import Glibc

/// The kernel's form of an ``Address``: a `sockaddr` of its family and length.
struct SocketAddress: Sendable {
  private var storage = sockaddr_storage()
  private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

  /// The longest path a `sockaddr_un` holds, its final NUL excluded (unix(7)).
  static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  var family: Int32 { Int32(storage.ss_family) }

  /// Looks `address` up: a host name may stand for several.
  static func all(of address: Address) throws(SystemError) -> [SocketAddress] {
    switch address {
    case .internet(let host, let port): try all(host: host, port: port)
    case .unix(let path): [SocketAddress(path: path)]
    }
  }

  /// The address a socket is bound to.
  init(boundTo descriptor: Int32) throws(SystemError) {
    var length = self.length
    let result = withUnsafeMutableBytes(of: &storage) {
      getsockname(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
    }
    self.length = length
    guard result == 0 else { throw .last("getsockname") }
  }

  /// The address a socket is connected to.
  init(ofPeer descriptor: Int32) throws(SystemError) {
    var length = self.length
    let result = withUnsafeMutableBytes(of: &storage) {
      getpeername(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
    }
    self.length = length
    guard result == 0 else { throw .last("getpeername") }
  }

  private static func all(host: String, port: UInt16) throws(SystemError) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, "\(port)", &hints, &found)
    guard status == 0 else { throw SystemError(lookingUp: host, status: status) }
    defer { freeaddrinfo(found) }
    return sequence(first: found, next: { $0?.pointee.ai_next }).compactMap { entry in
      entry.map { SocketAddress($0.pointee) }
    }
  }

  private init(_ entry: addrinfo) {
    length = entry.ai_addrlen
    withUnsafeMutableBytes(of: &storage) {
      $0.copyMemory(
        from: UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen)))
    }
  }

  private init(path: String) {
    var unix = sockaddr_un()
    unix.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &unix.sun_path) {
      $0.copyBytes(from: path.utf8.prefix($0.count - 1))
    }
    length = socklen_t(MemoryLayout<sockaddr_un>.size)
    withUnsafeMutableBytes(of: &storage) { destination in
      withUnsafeBytes(of: unix) { destination.copyMemory(from: $0) }
    }
  }

  /// An address of 127.0.0.0/8, all of which are this machine's, without a port: 127.0.0.1 is number 0.
  init(loopback number: UInt32) {
    var internet = sockaddr_in()
    internet.sin_family = sa_family_t(AF_INET)
    internet.sin_addr.s_addr = (Self.firstLoopback + number).bigEndian
    length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutableBytes(of: &storage) { destination in
      withUnsafeBytes(of: internet) { destination.copyMemory(from: $0) }
    }
  }

  private static let firstLoopback: UInt32 = 0x7F00_0001

  /// Whether it is of 127.0.0.0/8.
  var isLoopback4: Bool {
    guard family == AF_INET else { return false }
    let host = withUnsafeBytes(of: storage) { $0.load(as: sockaddr_in.self).sin_addr.s_addr }
    return UInt32(bigEndian: host) >> 24 == Self.firstLoopback >> 24
  }

  /// The bytes of an internet address's host, in network order; nil of a unix socket.
  var host: [UInt8]? {
    withUnsafeBytes(of: storage) { bytes in
      switch family {
      case AF_INET:
        withUnsafeBytes(of: bytes.load(as: sockaddr_in.self).sin_addr) { Array($0) }
      case AF_INET6:
        withUnsafeBytes(of: bytes.load(as: sockaddr_in6.self).sin6_addr) { Array($0) }
      default: nil
      }
    }
  }

  /// The port of an internet address, in host order.
  var port: UInt16? {
    withUnsafeBytes(of: storage) { bytes in
      switch family {
      case AF_INET: UInt16(bigEndian: bytes.load(as: sockaddr_in.self).sin_port)
      case AF_INET6: UInt16(bigEndian: bytes.load(as: sockaddr_in6.self).sin6_port)
      default: nil
      }
    }
  }

  /// Lends the address to a system call.
  func withSockAddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafeBytes(of: storage) { bytes in
      body(bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), length)
    }
  }
}
