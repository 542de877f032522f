internal import CLinux
internal import Glibc

/// A stream socket that is owned: closed when its value ends.
public struct Socket: ~Copyable {
  public let descriptor: Int32

  init(owning descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Gives the descriptor up without closing it.
  consuming func release() -> Int32 {
    let descriptor = self.descriptor
    discard self
    return descriptor
  }

  static func open(_ family: Int32, flags: Int32 = 0) throws(SystemError) -> Socket {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | flags
    let descriptor = socket(family, type, 0)
    guard descriptor >= 0 else {
      throw .last("socket", remedy: errno == EAFNOSUPPORT ? "" : moreDescriptors)
    }
    return Socket(owning: descriptor)
  }

  /// One that does not block, and is as `sockets` says.
  static func open(_ family: Int32, _ sockets: SocketOptions) throws(SystemError) -> Socket {
    let socket = try open(family, flags: Int32(SOCK_NONBLOCK.rawValue))
    try SystemError.check("setsockopt", prepareSocket(socket.descriptor, family, sockets))
    return socket
  }
}

// MARK: - Listening

extension Socket {
  /// A listening, non-blocking socket. The socket file of a server that is gone is taken over;
  /// that of one that still listens is not, nor is a file that is no socket.
  ///
  /// Of the addresses of a host name it is the first that this machine has. One that is taken is not
  /// passed over: whoever connects to the name would reach the other server.
  /// What it accepts has its options.
  public static func listening(
    on address: Address, sockets: SocketOptions = .standard
  ) throws(SystemError) -> Socket {
    try listening(on: ResolvedAddress(address), sockets: sockets)
  }

  static func listening(
    on resolved: ResolvedAddress, sockets: SocketOptions = .standard
  ) throws(SystemError) -> Socket {
    for candidate in resolved.candidates.dropLast() {
      do throws(SystemError) {
        return try listening(on: candidate, of: resolved.address, sockets)
      } catch {
        guard [EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.errno) else { throw error }
      }
    }
    return try listening(on: resolved.candidates.last!, of: resolved.address, sockets)
  }

  private static func listening(
    on target: SocketAddress, of address: Address, _ sockets: SocketOptions
  ) throws(SystemError) -> Socket {
    let socket = try open(target.family, sockets)
    if case .unix(let path) = address {
      let lock = FolderLock(ofFolderOf: path)
      removeStaleSocket(at: path, target)
      try socket.listen(on: target, of: address)
      _ = consume lock
    } else {
      try SystemError.check("setsockopt", setOption(socket.descriptor, SOL_SOCKET, SO_REUSEADDR))
      try socket.listen(on: target, of: address)
    }
    return socket
  }

  private func listen(on target: SocketAddress, of address: Address) throws(SystemError) {
    let result = target.withSockAddr { bind(descriptor, $0, $1) } == 0 ? 0 : errno
    try SystemError.check("bind \(address)", result, remedy: address.remedy)
    guard Glibc.listen(descriptor, Self.longestBacklog) == 0 else {
      throw .last("listen \(address)")
    }
  }

  /// Where this socket listens: `address` with the port that the kernel chose.
  public func boundAddress(requested address: Address) throws(SystemError) -> Address {
    guard case .internet(let host, _) = address,
      let port = try SocketAddress(boundTo: descriptor).port
    else { return address }
    return .internet(host: host, port: port)
  }

  /// The kernel cuts it to net.core.somaxconn (listen(2)); as long as that allows, so that a
  /// burst of connections waits instead of being dropped.
  static let longestBacklog: Int32 = 65535

  /// The probe does not block: a listener whose backlog is full would make it wait, and shows
  /// with EAGAIN that it is there. The same ECONNREFUSED comes of a file that is no socket.
  private static func removeStaleSocket(at path: String, _ target: SocketAddress) {
    guard SocketFile.exists(at: path),
      let probe = try? open(AF_UNIX, flags: Int32(SOCK_NONBLOCK.rawValue))
    else { return }
    if probe.startConnecting(to: target) == ECONNREFUSED { unlink(path) }
  }
}

extension Address {
  /// What to try when it cannot be bound.
  fileprivate var remedy: String {
    guard case .unix(let path) = self else {
      return "Choose another with --address, or port 0 for any."
    }
    return access(path, F_OK) == 0 && !SocketFile.exists(at: path)
      ? "That file is not a socket and stays as it is. Choose another with --address."
      : "Choose another with --address."
  }
}

// MARK: - Connecting

extension Socket {
  /// Connects within `timeout`; the socket comes out blocking.
  /// - Throws: `SystemError`, with EINTR when `stop` fired first.
  public static func connected(
    to address: Address, timeout: TimeSpan, sockets: SocketOptions = .standard,
    until stop: StopSignal? = nil
  ) throws(SystemError) -> Socket {
    var resolved = try ResolvedAddress(address)
    return try connected(to: &resolved, timeout: timeout, sockets: sockets, until: stop)
  }

  /// Connects to the first of a host's addresses that answers, which is then the only one. Of the
  /// time, each has an equal part of what those before it have left.
  /// - Throws: `SystemError`, the last one's; with EINTR when `stop` fired first.
  public static func connected(
    to resolved: inout ResolvedAddress, timeout: TimeSpan, sockets: SocketOptions = .standard,
    until stop: StopSignal? = nil
  ) throws(SystemError) -> Socket {
    let end = monotonicNow() + timeout.nanoseconds
    var left = resolved.candidates.count
    while true {
      let candidate = resolved.candidates[resolved.candidates.count - left]
      let now = monotonicNow()
      let deadline = now < end ? now + (end - now) / UInt64(left) : now
      let socket: Socket
      do throws(SystemError) {
        socket = try connected(to: candidate, of: resolved.address, by: deadline, sockets, stop)
      } catch {
        left -= 1
        guard left > 0, error.errno != EINTR else { throw error }
        continue
      }
      resolved.settle(on: candidate)
      try SystemError.check("fcntl", setBlocking(socket.descriptor, true))
      return socket
    }
  }

  private static func connected(
    to target: SocketAddress, of address: Address, by deadline: UInt64, _ sockets: SocketOptions,
    _ stop: StopSignal?
  ) throws(SystemError) -> Socket {
    let socket = try open(target.family, sockets)
    var result = socket.startConnecting(to: target)
    if result == EINPROGRESS { result = socket.awaitConnection(deadline, stop) }
    // A unix listener with a full backlog says EAGAIN instead of making the caller wait.
    while result == EAGAIN, case .unix = address {
      result = pause(deadline, stop) ?? socket.startConnecting(to: target)
    }
    guard result == 0 else { throw .connecting(to: address, errno: result) }
    return socket
  }

  /// - Returns: as ``beginConnecting(_:to:)`` does.
  func startConnecting(to target: SocketAddress) -> Int32 {
    beginConnecting(descriptor, to: target)
  }

  /// Waits until the kernel has made the connection or given it up.
  /// - Returns: 0, its error, ETIMEDOUT at the deadline, or EINTR when `stop` fired.
  private func awaitConnection(_ deadline: UInt64, _ stop: StopSignal?) -> Int32 {
    // poll(2) ignores an entry whose descriptor is negative.
    var entries = [
      pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: stop?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    while entries[0].revents == 0 {
      let now = monotonicNow()
      // However late that is: what has come meanwhile counts.
      clinux_poll(&entries, 2, now < deadline ? deadline - now : 0)
      if entries[1].revents != 0 { return EINTR }
      if entries[0].revents == 0, now >= deadline { return ETIMEDOUT }
    }
    return pendingError(of: descriptor)
  }

  /// Lets a millisecond pass between two attempts.
  /// - Returns: nil when there is time for another, ETIMEDOUT or EINTR when there is not.
  private static func pause(_ deadline: UInt64, _ stop: StopSignal?) -> Int32? {
    guard monotonicNow() < deadline else { return ETIMEDOUT }
    guard let stop else {
      usleep(1000)
      return nil
    }
    return stop.wait(timeout: .milliseconds(1)) ? EINTR : nil
  }
}

/// Begins to connect, or connects where that needs no answer or the socket waits for it.
///
/// A signal interrupts the wait only. A unix socket has begun nothing while it waits for room in the
/// backlog: it asks again. A connection of TCP is made all the same (connect, POSIX), and to ask again
/// would be EALREADY.
/// - Returns: 0 or what connect(2) left in errno, EINPROGRESS where the answer is still to come.
@inline(__always)
func beginConnecting(_ descriptor: Int32, to target: borrowing SocketAddress) -> Int32 {
  while true {
    let error = target.withSockAddr { connect(descriptor, $0, $1) } == 0 ? 0 : errno
    guard error == EINTR else { return error }
    guard target.family == AF_UNIX else { return EINPROGRESS }
  }
}

extension SystemError {
  /// A connection that was not made.
  static func connecting(to address: Address, errno: Int32) -> SystemError {
    SystemError(
      "connect \(address)", errno: errno,
      remedy: errno == ECONNREFUSED || errno == ENOENT
        ? "Is the server running? Start one with: echobench server --address \(address)" : "",
      phase: .connect)
  }
}
