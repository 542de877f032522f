internal import CLinux
internal import Glibc

/// Stands between this program and somebody else's command, as a process of its own, so that
/// nothing of what the command starts can outlive whoever wanted it.
///
/// It becomes the parent of everything below it that loses its own (`PR_SET_CHILD_SUBREAPER`,
/// prctl(2)), even of what has left the process group and the session. Its standard input is a
/// channel: when that ends, as it does with the process at its other end however that ends, or when
/// something is said there, the command is stopped. What is left some seconds later is killed, and
/// so is what a command that ends by itself leaves behind.
public struct Supervisor {
  private let channel: Int32 = 0
  private let signals: Int32
  private let process: Int32
  private var end: ProcessEnd?

  /// Runs a command, the path of its program first, until it ends or is stopped. It says on the
  /// channel that the command has `started` as which process, how it `exited` or was `signaled`, and that it is
  /// `done`; and before that `stopping` where it was a signal that it stops it for.
  /// - Returns: how the command ended; nothing of it is left.
  /// - Throws: `SystemError` when it cannot be started.
  public static func run(_ command: [String]) throws(SystemError) -> ProcessEnd {
    var supervisor = try Supervisor(command)
    supervisor.say("started \(supervisor.process)")
    supervisor.serve()
    supervisor.say("done")
    return supervisor.end ?? .signaled(SIGKILL)
  }

  private init(_ command: [String]) throws(SystemError) {
    let adopted = clinux_adopt_orphans()
    guard adopted == 0 else { throw SystemError("prctl", errno: -adopted) }
    signals = clinux_signals_to_read()
    guard signals >= 0 else {
      throw SystemError("signalfd", errno: -signals, remedy: moreDescriptors)
    }
    SupervisorMark(of: getpid())?.put()
    process = try Self.start(command)
  }

  private static func start(_ command: [String]) throws(SystemError) -> Int32 {
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard null >= 0 else { throw .last("open /dev/null", remedy: moreDescriptors) }
    defer { close(null) }
    return try spawn(command.first ?? "", command, streams: [null, 1, 2])
  }

  /// What an end of the channel leaves the command to end politely, and what a word there leaves it,
  /// in nanoseconds: with the suite that wanted it, everything has to be gone two seconds later.
  private static let grace: (atEnd: UInt64, whenTold: UInt64) = (1_000_000_000, 2_000_000_000)

  private mutating func serve() {
    var deadline: UInt64?
    var isAlone = false
    while end == nil || (deadline != nil && !isAlone && !isGroupGone) {
      let now = monotonicNow()
      if let deadline, now >= deadline { break }
      // What is below others ends without a signal to this process.
      let wait = deadline.map { min($0 - now, 50_000_000) } ?? 3_600_000_000_000
      // Once the command is being stopped nothing more is said.
      let event = awaitEvent(wait, listening: deadline == nil)
      isAlone = collect()
      if let grace = event, deadline == nil, end == nil {
        kill(-process, SIGTERM)
        deadline = monotonicNow() + grace
      }
    }
    if !isAlone { killAll() }
  }

  /// - Returns: the grace of a request to stop.
  private func awaitEvent(_ nanoseconds: UInt64, listening: Bool) -> UInt64? {
    var entries = [
      pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
      pollfd(fd: listening ? channel : -1, events: Int16(POLLIN), revents: 0),
    ]
    clinux_poll(&entries, 2, nanoseconds)
    var grace: UInt64?
    while case let number = clinux_read_signal(signals), number > 0 {
      guard number != SIGCHLD else { continue }
      say("stopping")
      grace = Self.grace.whenTold
    }
    guard entries[1].revents != 0 else { return grace }
    var bytes = [UInt8](repeating: 0, count: 64)
    return read(channel, &bytes, bytes.count) > 0 ? Self.grace.whenTold : Self.grace.atEnd
  }

  /// Waits for whoever has ended, and says how the command did.
  /// - Returns: true when nobody is left.
  private mutating func collect() -> Bool {
    if end == nil, case let status = clinux_wait_status(process), status >= 0 {
      end = ProcessEnd(status: status)
      say(end.map { $0.message } ?? "")
    }
    var ended: Int32
    repeat { ended = waitpid(-1, nil, WNOHANG) } while ended > 0
    return ended < 0 && errno == ECHILD
  }

  private var isGroupGone: Bool {
    !ProcessTree(root: getpid()).members().contains { member in
      ProcessStat(of: member).map { $0.group == process && $0.isAlive } ?? false
    }
  }

  /// Kills one generation after the other: the children of what is killed become children of this
  /// process. Nobody else waits for these, so that their ids are theirs until then.
  private func killAll() {
    repeat {
      for child in ProcessTree.children(of: getpid()) { kill(child, SIGKILL) }
    } while waitpid(-1, nil, 0) > 0 || errno == EINTR
  }

  /// One that is gone does not hear it.
  private func say(_ text: String) { _ = EchoIO.say("\(text)\n", on: channel) }
}

extension ProcessEnd {
  /// As a line of the channel.
  var message: String {
    switch self {
    case .exited(let status): "exited \(status)"
    case .signaled(let number): "signaled \(number)"
    }
  }

  /// Nil when a line of the channel says something else.
  public init?(message: Substring) {
    let words = message.split(separator: " ")
    guard words.count == 2, let number = Int32(words[1]) else { return nil }
    switch words[0] {
    case "exited": self = .exited(number)
    case "signaled": self = .signaled(number)
    default: return nil
    }
  }
}
