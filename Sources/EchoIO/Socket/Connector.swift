internal import CLinux
internal import Glibc

/// Makes many connections to one address side by side: while some wait for their answers, others are
/// begun.
///
/// What arrives at a listener whose backlog is full is dropped, and tried again a second later
/// (tcp_syn_retries, tcp(7)). So a few are begun at a time, and while many are unanswered no more.
struct Connector {
  private let count: Int
  private let timeout: TimeSpan
  private let sockets: SocketOptions
  private let stop: StopSignal
  private var resolved: ResolvedAddress
  /// Those that were made: blocking.
  private var made: [Int32] = []
  /// Those that were begun and are not answered, the oldest first.
  private var pending: [Attempt] = []
  /// Which address of 127.0.0.0/8 connections come from: 0 for the one that the kernel takes.
  private var source: UInt32 = 0

  private struct Attempt {
    let descriptor: Int32
    let deadline: UInt64
  }

  /// Ten thousand connect within four seconds over a way that takes 100 ms; and the backlogs of most
  /// servers, of 100 to 511, are not flooded by more than once.
  private static let mostPending = 256
  /// Begun before somebody looks whether there are answers: over loopback there are, by then.
  private static let mostAtOnce = 32
  /// More sources would be more connections than a machine has memory for.
  static let mostSources: UInt32 = 250

  /// - Parameter timeout: how long each may wait for its answer.
  init(
    _ count: Int, to resolved: ResolvedAddress, timeout: TimeSpan,
    sockets: SocketOptions = .standard, until stop: StopSignal
  ) {
    self.count = count
    self.resolved = resolved
    self.timeout = timeout
    self.sockets = sockets
    self.stop = stop
  }

  /// Connects all of them to the first of a host's addresses that answers.
  /// - Returns: their descriptors, which are the caller's.
  /// - Throws: `SystemError` for the first that cannot be made, with EINTR when `stop` fired; then
  ///   all are closed.
  consuming func connect() throws(SystemError) -> [Int32] {
    do throws(SystemError) {
      while made.count < count {
        // A name's addresses are tried one after the other, and a unix socket answers at once.
        if isUnix || resolved.candidates.count > 1 {
          made.append(
            try Socket.connected(
              to: &resolved, timeout: timeout, sockets: sockets, until: stop
            ).release())
        } else {
          try beginSome()
          try awaitSome()
        }
      }
      return made
    } catch {
      for descriptor in made + pending.map(\.descriptor) { close(descriptor) }
      throw explained(error)
    }
  }

  private var isUnix: Bool {
    if case .unix = resolved.address { true } else { false }
  }

  private var target: SocketAddress { resolved.candidates[0] }

  private func failure(_ errno: Int32) -> SystemError {
    .connecting(to: resolved.address, errno: errno)
  }
}

// MARK: - Side by side

extension Connector {
  private var left: Int { count - made.count - pending.count }

  private mutating func beginSome() throws(SystemError) {
    for _ in 0..<min(left, Self.mostAtOnce, Self.mostPending - pending.count) { try begin() }
  }

  private mutating func begin() throws(SystemError) {
    while true {
      let socket = try Socket.open(target.family, sockets)
      var result = source == 0 ? 0 : bindSource(socket.descriptor, source)
      if result == 0 { result = socket.startConnecting(to: target) }
      if result == EADDRNOTAVAIL, target.isLoopback4, source < Self.mostSources {
        // Every port of that address is taken, and this machine has other ones.
        source += 1
        continue
      }
      guard result == 0 || result == EINPROGRESS else { throw failure(result) }
      let deadline = monotonicNow() + timeout.nanoseconds
      pending.append(Attempt(descriptor: socket.release(), deadline: deadline))
      return
    }
  }

  /// Waits for an answer; while more can be begun, not for long.
  private mutating func awaitSome() throws(SystemError) {
    var entries = pending.map { pollfd(fd: $0.descriptor, events: Int16(POLLOUT), revents: 0) }
    entries.append(pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0))
    let now = monotonicNow()
    let due = pending.first.map { $0.deadline > now ? $0.deadline - now : 0 } ?? 0
    let mayBegin = left > 0 && pending.count < Self.mostPending
    clinux_poll(&entries, Int32(entries.count), mayBegin ? min(due, 1_000_000) : due)
    if entries[pending.count].revents != 0 { throw failure(EINTR) }
    var unanswered: [Attempt] = []
    var error: SystemError?
    for (attempt, entry) in zip(pending, entries) {
      if entry.revents == 0 {
        unanswered.append(attempt)
        // However late somebody looks: what has come by then counts.
        if attempt.deadline <= now { error = failure(ETIMEDOUT) }
        continue
      }
      let result = entry.revents == Int16(POLLOUT) ? 0 : pendingError(of: attempt.descriptor)
      guard result == 0 else {
        error = failure(result)
        close(attempt.descriptor)
        continue
      }
      made.append(attempt.descriptor)
      let refusal = setBlocking(attempt.descriptor, true)
      if refusal != 0 { error = SystemError("fcntl", errno: refusal) }
    }
    pending = unanswered
    if let error { throw error }
  }
}

/// Has a connection come from an address of 127.0.0.0/8. The port is left to connect(2), which knows with
/// whom it has to differ only (IP_BIND_ADDRESS_NO_PORT, ip(7)). Where it may not be, ports only run out earlier.
/// - Returns: 0 or what bind(2) left in errno.
func bindSource(_ descriptor: Int32, _ number: UInt32) -> Int32 {
  setOption(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT)
  let source = SocketAddress(loopback: number)
  return source.withSockAddr { bind(descriptor, $0, $1) } == 0 ? 0 : errno
}

// MARK: - What was too much

extension Connector {
  /// The same error with what there was too little of, where others had been made.
  private func explained(_ error: SystemError) -> SystemError {
    var made = made.count
    // What has a port has it, answered or not.
    if error.errno == EADDRNOTAVAIL { made += pending.count }
    let shortage: String? =
      switch error.errno {
      case ETIMEDOUT where made > 0:
        "the next was not answered within \(timeout). A server that accepts no more of them leaves"
          + " as many waiting as its backlog holds\(longestBacklog). Ask for fewer connections, or"
          + " have the server accept more."
      case EADDRNOTAVAIL where made > 0 || source > 0: ports
      default: nil
      }
    guard let shortage else { return error }
    return SystemError(
      error.call, errno: error.errno,
      remedy: "\(made) of \(plural(count, "connection")) were made, and \(shortage)",
      phase: error.phase, isShortage: true)
  }

  private var longestBacklog: String {
    setting("net/core/somaxconn").map { " (net.core.somaxconn is \($0))" } ?? ""
  }

  private var ports: String {
    let range = setting("net/ipv4/ip_local_port_range").map { " (\($0))" } ?? ""
    return "this machine has no port left for another: net.ipv4.ip_local_port_range\(range) has"
      + " those for one address and its server. Ask for fewer connections, widen the range (as root:"
      + " sysctl -w net.ipv4.ip_local_port_range='1024 65535'), or have the server listen on"
      + " 127.0.0.1, to which connections come from as many addresses as are needed."
  }

  private func setting(_ name: String) -> String? {
    readProcFile("/proc/sys/\(name)")?.split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
  }
}
