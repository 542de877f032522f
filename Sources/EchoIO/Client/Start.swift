internal import CLinux
internal import Glibc

/// When the load of a client begins, whose connections are made before.
public enum StartRule: Equatable, ReadableText {
  case atOnce
  case at(Moment)
  /// As a line on standard input says, after a line that says that everything is ready.
  case told

  public init(parsing text: String) throws(UnitError) {
    if text == "stdin" {
      self = .told
      return
    }
    do throws(UnitError) {
      self = .at(try Moment(parsing: text))
    } catch {
      throw UnitError("\(error), or stdin")
    }
  }
}

/// The wait for the moment at which the load begins.
struct Start {
  let rule: StartRule
  /// From the load's beginning to that of the window: how much of it may be lost.
  let warmup: TimeSpan
  let stop: StopSignal

  /// Before anything is connected: a moment that has passed will not come.
  func check() throws(SystemError) {
    if case .at(let moment) = rule { try require(moment, isAhead: "this client was started") }
  }

  /// Waits, with every connection made.
  /// - Parameter announce: tells whoever is to say when that everything is ready.
  /// - Returns: when the load begins: a moment that has just come; nil for now.
  /// - Throws: `SystemError`; with EINTR when `stop` fired.
  func wait(announcing announce: () -> Void) throws(SystemError) -> LoadStart? {
    switch rule {
    case .atOnce: return nil
    case .at(let moment): return try wait(for: moment)
    case .told:
      announce()
      switch try StartLine.read(until: stop) {
      case .atOnce, .told: return LoadStart(unix: unixNow(), late: 0)
      case .at(let moment): return try wait(for: moment)
      }
    }
  }

  private func wait(for moment: Moment) throws(SystemError) -> LoadStart {
    try require(moment, isAhead: "everything was ready")
    var entry = pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)
    var now = unixNow()
    while now < moment.unixNanoseconds {
      // Whoever sets the clock meanwhile is noticed.
      clinux_poll(&entry, 1, min(moment.unixNanoseconds - now, Self.longestSleep.nanoseconds))
      if entry.revents != 0 { throw SystemError("wait for the start", errno: EINTR) }
      now = unixNow()
    }
    let late = now - moment.unixNanoseconds
    guard late <= max(warmup.nanoseconds / 2, Self.latest.nanoseconds) else {
      throw SystemError(
        "start at \(moment)", errno: ETIME,
        remedy: "This client was woken \(inSeconds(late)) late: is the machine busy, or was its"
          + " clock set?")
    }
    return LoadStart(unix: moment.unixNanoseconds, late: late)
  }

  private func require(_ moment: Moment, isAhead event: String) throws(SystemError) {
    let now = unixNow()
    guard now > moment.unixNanoseconds else { return }
    throw SystemError(
      "start at \(moment)", errno: ETIME,
      remedy: "It had passed \(inSeconds(now - moment.unixNanoseconds)) before \(event): choose a"
        + " later moment, and see that the clocks of the machines agree.")
  }

  /// `1.204 s`
  private func inSeconds(_ nanoseconds: UInt64) -> String {
    let milliseconds = nanoseconds / 1_000_000
    let fraction = String(1000 + milliseconds % 1000).dropFirst()
    return "\(milliseconds / 1000).\(fraction) s"
  }

  private static let longestSleep = TimeSpan.milliseconds(500)
  /// Without a warm-up nothing is lost that a busy machine does not lose anyway.
  private static let latest = TimeSpan.milliseconds(10)
}

/// When a load begins that others have, too.
struct LoadStart {
  /// In nanoseconds since 1970.
  let unix: UInt64
  /// How long ago that was when it was seen to have come, in nanoseconds.
  let late: UInt64

  /// The same moment of the run's clock. The machine's may have been set since it came, by a day as well: then
  /// it is as long ago as was seen.
  func moment(of clock: some RunClock) -> UInt64 {
    let moment = unix &- clock.toUnix
    let seen = clock.now() &- late
    let isNear = moment &- seen < Self.longest || seen &- moment < Self.longest
    return isNear ? moment : seen
  }

  /// No machine is so busy that it takes longer from seeing the one clock to seeing the other, in nanoseconds.
  private static let longest: UInt64 = 1_000_000_000
}

/// The line of standard input that says when to begin: `go`, or a moment.
enum StartLine {
  static func read(
    from descriptor: Int32 = STDIN_FILENO, until stop: StopSignal
  ) throws(SystemError) -> StartRule {
    var text: [UInt8] = []
    while text.count <= longest {
      var entries = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      clinux_poll(&entries, 2, TimeSpan.seconds(3600).nanoseconds)
      if entries[1].revents != 0 { throw SystemError(call, errno: EINTR) }
      if entries[0].revents == 0 { continue }
      // One at a time: what comes behind the line is not for this program.
      var byte: UInt8 = 0
      let count = Glibc.read(descriptor, &byte, 1)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count >= 0 else { throw .last(call) }
      if count == 0, text.isEmpty {
        throw SystemError(
          call, errno: EPIPE, remedy: "It ended before it said 'go' or a moment.")
      }
      if count == 0 || byte == UInt8(ascii: "\n") { return try rule(text) }
      text.append(byte)
    }
    return try rule(text)
  }

  private static func rule(_ bytes: [UInt8]) throws(SystemError) -> StartRule {
    let isBlank = { (byte: UInt8) in " \t\r".utf8.contains(byte) }
    let line = bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    let text = String(decoding: line, as: UTF8.self)
    if text == "go" { return .atOnce }
    do throws(UnitError) {
      return .at(try Moment(parsing: text))
    } catch {
      let shown = String(decoding: line.filter { (0x20...0x7E).contains($0) }, as: UTF8.self)
      throw SystemError(call, errno: EINVAL, remedy: "It \(error), or 'go', got '\(shown)'.")
    }
  }

  private static let call = "read from standard input when to start"
  private static let longest = 64
}
