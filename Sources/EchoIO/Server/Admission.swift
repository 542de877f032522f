internal import CLinux
internal import Glibc

/// The limits of a server that others than its owner can reach: how many connections it has at once, and how
/// long one may be silent. Where it has none there is no such thing, and nothing of it costs anything.
///
/// No backend knows when it has closed a connection: eleven would have to say so, most of them in a measured
/// loop. The kernel does. Each socket has a number of its own (SO_COOKIE, socket(7)), which is asked for when the
/// connection comes; where a descriptor has another one, or none, it was closed. So they are counted only where
/// there may be too many, and silence is what the kernel knows of it (``keepWatch(until:)``).
public final class Admission: Sendable {
  /// Connections at once; nil for any number.
  public let most: Int?
  /// How long one may be without a byte from its peer; nil for ever.
  public let idleTimeout: TimeSpan?

  private struct State {
    /// Of the connections that came, by descriptor: some may be closed.
    var cookies: [Int32: UInt64] = [:]
    /// Until when it is taken for true that there are as many as there may be.
    var fullUntil: UInt64 = 0
    var counters = Counters()
  }

  /// What the limits have done.
  public struct Counters: Codable, Equatable, Sendable {
    /// Closed as soon as they came, since there were as many as there may be.
    public var turnedAway: UInt64 = 0
    /// Closed since they were silent.
    public var timedOut: UInt64 = 0

    public init() {}

    enum CodingKeys: String, CodingKey {
      case turnedAway = "turned_away"
      case timedOut = "timed_out"
    }
  }

  private let state = Lock(State())

  /// - Returns: nil where there is no limit.
  public init?(mostConnections most: Int?, idleTimeout: TimeSpan?) {
    guard most != nil || idleTimeout != nil else { return nil }
    self.most = most
    self.idleTimeout = idleTimeout
  }

  public var counters: Counters { state.withLock { $0.counters } }

  /// Whether a connection that has come may stay; it is the caller's, to be closed where not.
  func admits(_ connection: Int32) -> Bool {
    state.withLock { state in
      if let most, state.cookies.count >= most, state.cookies[connection] == nil,
        isFull(most, &state)
      {
        state.counters.turnedAway += 1
        return false
      }
      // Of what has no number nobody would know when it is closed.
      guard let number = cookie(of: connection) else {
        state.counters.turnedAway += 1
        return false
      }
      state.cookies[connection] = number
      return true
    }
  }

  /// Counts the connections that are open. A crowd at the door makes it no busier than a fifth of the time,
  /// however many there are: it looks again once four times as long has passed as that took.
  private func isFull(_ most: Int, _ state: inout State) -> Bool {
    let begin = monotonicNow()
    guard begin >= state.fullUntil else { return true }
    forgetClosed(&state)
    guard state.cookies.count >= most else { return false }
    let end = monotonicNow()
    state.fullUntil = end + 4 * (end - begin)
    return true
  }

  private func forgetClosed(_ state: inout State) {
    state.cookies = state.cookies.filter { cookie(of: $0.key, else: $0.value) == $0.value }
  }
}

// MARK: - Silence

extension Admission {
  /// How long the server may be without a look: a part of what is allowed, so that it is late by no more than
  /// that; and a second is nothing to who is silent for minutes.
  private static func pause(between looks: TimeSpan) -> TimeSpan {
    min(max(TimeSpan(nanoseconds: looks.nanoseconds / 4), .milliseconds(5)), .seconds(1))
  }

  /// Ends connections that were silent for too long, on the calling thread, until `end` fires.
  func keepWatch(until end: StopSignal, by copy: ConnectionCopy) {
    guard let idleTimeout else { return }
    let pause = Self.pause(between: idleTimeout)
    while !end.wait(timeout: pause) {
      for (connection, cookie) in watched() where isSilent(connection, for: idleTimeout) {
        copy.with(connection) { hangUp(connection, $0, cookie, idleTimeout) }
      }
    }
  }

  /// The connections that are open.
  private func watched() -> [Int32: UInt64] {
    state.withLock { state in
      forgetClosed(&state)
      return state.cookies
    }
  }

  /// Whether no byte has come for so long, or since the connection was made.
  private func isSilent(_ connection: Int32, for span: TimeSpan) -> Bool {
    let silence = clinux_silence(connection)
    return silence >= 0 && UInt64(silence) >= span.nanoseconds / 1_000_000
  }

  /// Ends both directions of a connection. Whoever serves it finds the end of the stream, and closes it as it
  /// would any other; so this needs nothing of a backend.
  ///
  /// Its descriptor may be closed at any moment, and its number be another's then. So this is done with a
  /// copy, once that is known to be of the same socket; as long as there is one, the socket is there.
  private func hangUp(
    _ connection: Int32, _ copy: Int32, _ expected: UInt64, _ span: TimeSpan
  ) {
    guard cookie(of: copy) == expected, isSilent(copy, for: span) else { return }
    // What its peer does not read is not kept for it: the kernel drops it with the connection.
    if clinux_unsent(copy) > 0 { dropUnsent(copy) }
    shutDown(copy)
    state.withLock { state in
      state.counters.timedOut += 1
      // It may take a moment to be closed, and is not to be ended twice.
      if state.cookies[connection] == expected { state.cookies[connection] = nil }
    }
  }

  private func dropUnsent(_ connection: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }
}

extension Admission {
  /// - Parameter socket: one of the kind of the connections that will come.
  /// - Throws: `SystemError` where the kernel tells no numbers, as under a filter of system calls: every
  ///   connection would be turned away; or not for how long one was silent: none would be ended.
  public func requireNumbers(like socket: borrowing Socket) throws(SystemError) {
    guard cookie(of: socket.descriptor) != nil else {
      throw .last(
        "getsockopt SO_COOKIE",
        remedy:
          "--max-connections and --idle-timeout tell connections by it: start the server without"
          + " them.")
    }
    guard idleTimeout != nil, isInternetSocket(socket.descriptor),
      clinux_silence(socket.descriptor) < 0
    else { return }
    throw .last(
      "getsockopt TCP_INFO",
      remedy: "--idle-timeout knows by it who is silent: start the server without that.")
  }
}

/// The number that the kernel has given to a socket, and gives to no other; nil where it is none.
/// - Parameter unknown: what it is where the kernel does not tell.
private func cookie(of descriptor: Int32, else unknown: UInt64? = nil) -> UInt64? {
  var cookie: UInt64 = 0
  var length = socklen_t(MemoryLayout<UInt64>.size)
  let result = getsockopt(descriptor, SOL_SOCKET, clinux_so_cookie, &cookie, &length)
  guard result != 0 else { return cookie }
  return errno == EBADF || errno == ENOTSOCK ? nil : unknown
}

extension Backend {
  /// Serves as `serve(_:options:until:whenReady:)` does, within the limits of `options`.
  /// - Throws: also when there is no thread to watch over them.
  public static func serveWithinLimits(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    guard let admission = options.admission, admission.idleTimeout != nil else {
      return try serve(listener, options: options, until: stop, whenReady: announce)
    }
    let end = try StopSignal()
    let copy = try ConnectionCopy()
    let watch = try Thread("idle-timeout") { admission.keepWatch(until: end, by: copy) }
    defer {
      end.fire()
      watch.join()
    }
    return try serve(listener, options: options, until: stop, whenReady: announce)
  }
}
