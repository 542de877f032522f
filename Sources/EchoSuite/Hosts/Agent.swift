internal import EchoIO
internal import Foundation

/// The far end of a launcher: this program on a host, which does what it is asked to in lines.
///
/// What it says is data. A line has a bound, is of a known shape, and whatever is shown of it is made
/// legible; no path, command or address comes from it but the port of the server that it was to start.
final class Agent {
  let host: Host
  let child: ChildProcess
  private(set) var hello: AgentHello?
  /// Whether something runs there, as far as it has said.
  private(set) var isBusy = false
  /// What it said, or did not say in time, is nothing that an agent does: what it says next may belong to an
  /// earlier question.
  private(set) var isUnreliable = false
  /// Its clock, once it was asked.
  private(set) var clock: HostClock?

  /// A client's report has some ten kilobytes, and one of a long run with its histograms a megabyte.
  static let longestLine = 8 << 20

  /// Starts the launcher; `awaitHello` is next.
  /// - Parameter program: what runs on this machine.
  /// - Throws: `SystemError` when nothing can be started.
  init(_ host: Host, program: Program) throws(SystemError) {
    self.host = host
    if let command = host.command {
      child = try ChildProcess(
        path: "/usr/bin/env", ["env"] + command, input: .channel, mostOutput: Self.longestLine)
    } else {
      child = try ChildProcess(
        program, ["echobench", "agent"], input: .channel, mostOutput: Self.longestLine)
    }
  }

  // MARK: - What is said

  /// - Throws: `ProcessFailure` when it does not listen any more.
  func send(_ request: AgentRequest) throws {
    if case .serve = request { isBusy = true }
    if case .drive = request { isBusy = true }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = String(decoding: try encoder.encode(request), as: UTF8.self) + "\n"
    guard !child.say(line) else { return }
    _ = wait(beside: [child], atMost: Self.lastMoment) { isGone }
    throw lost ?? unreliable("takes no more requests")
  }

  /// What it has said next; nil where nothing is whole yet.
  /// - Throws: `ProcessFailure` when it is gone, or says what no agent does.
  func next() throws -> AgentEvent? {
    forgetOldErrors()
    guard let line = child.takeLine() else {
      if let lost { throw lost }
      return nil
    }
    do throws(FileProblem) {
      let event = try JSONDocument.decode(AgentEvent.self, from: Data(line.utf8))
      if event.endsWork { isBusy = false }
      return event
    } catch {
      throw unreliable("said '\(excerpt(line))', which no agent does: \(legible(error.reason))")
    }
  }

  /// A launcher may complain for as long as a suite runs, and only its last words may be shown.
  private func forgetOldErrors() { child.forgetErrors(but: Self.mostErrors) }

  private static let mostErrors = 65_536

  /// Why nothing more comes of it; nil while something may.
  private var lost: ProcessFailure? {
    if child.hasSaidTooMuch {
      return failure("said more in a line than \(ByteCount(Self.longestLine))")
    }
    guard isGone else { return nil }
    awaitEnd()
    let how = child.end.map { "its launcher (\(host.launcher)) \($0)" } ?? "its output ended"
    return failure("was lost: \(how)\(said)")
  }

  /// That it is gone is known a moment before how it ended is.
  private func awaitEnd() {
    guard child.end == nil else { return }
    _ = wait(beside: [child], atMost: Self.lastMoment) { child.end != nil }
  }

  private static let lastMoment = TimeSpan.seconds(1)

  private var said: String { complaint(in: child.errors).map { ": \($0)" } ?? "" }

  /// - Parameter words: continue a sentence about the host.
  func failure(_ words: String) -> ProcessFailure { host.failure(words) }

  /// The same of what cannot be relied on any longer: another agent takes its place in the next trial.
  func unreliable(_ words: String) -> ProcessFailure {
    isUnreliable = true
    return failure(words)
  }

  /// Words that nobody asked for: an agent that goes on so would keep this process listening for ever.
  func unasked() -> ProcessFailure { unreliable("said what it was not asked for") }

  private func excerpt(_ line: String) -> String { legible(line.prefix(60)) }

  /// Nothing more will come of it, as far as this process has seen.
  var isGone: Bool { child.end != nil || child.hasEndedOutput }

  // MARK: - Its end

  /// Lets everything that runs there end, and the launcher.
  func endInput() { child.endInput() }

  /// Waits for that, but not for ever.
  func close() {
    child.endInput()
    _ = wait(beside: [child], atMost: Self.grace) { child.end != nil }
    child.kill()
  }

  /// A server has two seconds to end.
  private static let grace = TimeSpan.milliseconds(3_500)
}

// MARK: - Its beginning

extension Agent {
  /// Waits for its first line, and sees whether it is one to work with.
  /// - Throws: `ProcessFailure`, in a sentence that says what to try; `CancellationError` when `stop` fires.
  func awaitHello(atMost span: TimeSpan, unless stop: StopSignal) throws {
    guard hello == nil else { return }
    var line: String?
    let isHeard = try wait(beside: [child], atMost: span, unless: stop) {
      forgetOldErrors()
      line = child.takeLine()
      if line == nil, child.hasSaidTooMuch { throw banner(child.output) }
      return line != nil || isGone
    }
    guard !stop.isFired else { throw CancellationError() }
    guard isHeard else {
      throw failure(
        "said nothing within \(span): does its launcher ask for a password, or hold lines back?"
          + " Try: \(host.trial)")
    }
    guard let line else { throw ended }
    hello = try greeting(line)
  }

  private struct Stamp: Decodable {
    let schema: String
  }

  private func greeting(_ line: String) throws -> AgentHello {
    let data = Data(line.utf8)
    let ours = AgentHello.Schema.version1.rawValue
    guard let schema = (try? JSONDocument.decode(Stamp.self, from: data))?.schema,
      schema.hasPrefix("echobench-agent/")
    else { throw banner(line) }
    guard schema == ours else {
      throw failure(
        "has an echobench that speaks \(legible(schema.prefix(40))), and this one speaks \(ours):"
          + " install the same version on both")
    }
    let hello: AgentHello
    do throws(FileProblem) {
      hello = try JSONDocument.decode(AgentHello.self, from: data)
      if let problem = hello.machine.problem { throw FileProblem(reason: problem) }
    } catch {
      throw failure(
        "says of itself what cannot be: \(legible(error.reason)); install the same version on both")
    }
    let (theirs, mine) = (
      (hello.version, hello.build), (Version.number, BuildConfiguration.current)
    )
    guard theirs == mine else {
      throw failure(
        "has echobench \(legible(theirs.0)) (\(theirs.1.rawValue) build), and this is \(mine.0)"
          + " (\(mine.1.rawValue) build): install the same on both")
    }
    return hello
  }

  private func banner(_ line: String) -> ProcessFailure {
    failure(
      "said '\(excerpt(line))' where its agent's first line should be: let nothing that is not"
        + " interactive print on standard output there (~/.bashrc, a banner). Try: \(host.trial)")
  }

  /// Its launcher ended before a line came.
  private var ended: ProcessFailure {
    awaitEnd()
    let how = child.end.map { "\($0)" } ?? "closed its output"
    // What shells, env(1) and ssh(1) say of a program that is not there.
    let isMissing = child.end == .exited(127)
    return failure(
      "cannot be used: '\(shell(host.command ?? ["echobench", "agent"]))' \(how)\(said)."
        + (isMissing
          ? " Is the launcher there, and echobench on that host? Its path may be given as 'program'"
          : " Try: \(host.trial)"))
  }
}

// MARK: - Its clock

/// How far a host's clock is ahead of this machine's, as round trips through its pipe bound it.
struct HostClock: Equatable {
  /// Nanoseconds; negative where it is behind.
  let offset: Int64
  /// How far off that may be: half the shortest round trip.
  var error: UInt64
  /// The longest round trip: what words may take that are said to it.
  var slowest: UInt64 = 0

  /// The same, as far off as another reading shows that it may have been since, whatever moved it.
  func widened(by later: HostClock) -> HostClock {
    var clock = self
    clock.error = max(error, later.error) &+ (later.offset &- offset).magnitude
    return clock
  }

  /// A moment of this machine's clock by that of the host.
  func there(_ moment: UInt64) -> UInt64 { shifted(moment, by: offset) }

  /// The other way round.
  func here(_ moment: UInt64) -> UInt64 { shifted(moment, by: -offset) }

  private func shifted(_ moment: UInt64, by offset: Int64) -> UInt64 {
    offset < 0
      ? moment - min(moment, offset.magnitude)
      : moment.addingReportingOverflow(offset.magnitude).overflow ? .max : moment + offset.magnitude
  }
}

extension Agent {
  /// How far off its clock may be, in nanoseconds.
  var uncertainty: UInt64 { clock?.error ?? 0 }

  /// Asks for its time again and again.
  /// - Parameters:
  ///   - again: whether it was asked before: moments go on being told by that reading.
  ///   - take: is given what it says besides, and refuses what it may not.
  /// - Throws: `ProcessFailure`; `CancellationError` when `stop` fires.
  func readClock(
    again: Bool = false, unless stop: StopSignal, _ take: (AgentEvent) throws -> Void
  ) throws {
    var (best, slowest) = (nil as HostClock?, UInt64(0))
    for number in 1...Self.clockReadings {
      let sent = unixNow()
      try send(.clock(number: number))
      var told: UInt64?
      let isTold = try wait(beside: [child], atMost: Self.longestSilence, unless: stop) {
        while told == nil, let event = try next() {
          if case .clock(number, let unix) = event { told = unix } else { try take(event) }
        }
        return told != nil
      }
      guard !stop.isFired else { throw CancellationError() }
      guard isTold, let told else { throw unreliable("said nothing for \(Self.longestSilence)") }
      let received = unixNow()
      // Before the year 2200, as all moments are: nothing overflows.
      guard told < 1 << 62, received >= sent else { continue }
      slowest = max(slowest, received - sent)
      let middle = sent + (received - sent) / 2
      let clock = HostClock(
        offset: Int64(told) - Int64(middle), error: (received - sent) / 2 + 1)
      if clock.error < best?.error ?? .max { best = clock }
    }
    best?.slowest = slowest
    guard let best else { throw unreliable("tells a time that cannot be") }
    clock = again ? clock?.widened(by: best) : best
  }

  private static let clockReadings = 7
  /// What a host may take to answer that has nothing else to do.
  static let longestSilence = TimeSpan.seconds(10)
}
