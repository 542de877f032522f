/// Where a run of the client stands, for whoever watches.
public struct RunStanding: Equatable, Sendable {
  public enum Phase: Sendable {
    case warmUp, window
    /// After the window: what is on its way comes back, and connections end.
    case ending
  }

  public let phase: Phase
  /// Until the end of the phase; nil where messages end it, or the server.
  public let left: TimeSpan?
  /// Messages of the window so far, as far as workers have told.
  public let completed: Int
  /// After how many the window ends; nil where time ends it.
  public let total: Int?
  /// Lately, the warm-up included; nil before that is known, and after the window.
  public let messagesPerSecond: Double?

  public init(
    phase: Phase, left: TimeSpan?, completed: Int = 0, total: Int? = nil,
    messagesPerSecond: Double? = nil
  ) {
    self.phase = phase
    self.left = left
    self.completed = completed
    self.total = total
    self.messagesPerSecond = messagesPerSecond
  }
}

/// Tells whoever watches where the run stands, twice a second. It costs no message anything: workers
/// add up what has come back when they look around, a few times per second, and the coordinator reads
/// the sum.
struct RunTicker {
  private let window: Window
  private let run: RunState
  private let total: Int?
  private let show: (RunStanding) -> Void
  private var next: UInt64 = 0
  private var before: (moment: UInt64, answered: Int)?
  private var answeredInWarmup = 0

  /// Five looks of the workers, as a rule, so that a rate is not of four or six.
  private static let interval = TimeSpan.milliseconds(500).nanoseconds

  /// - Parameter show: nil where nobody watches: there is no ticker then.
  init?(
    _ window: Window, _ run: RunState, _ workload: Workload, show: ((RunStanding) -> Void)?
  ) {
    guard let show else { return nil }
    self.window = window
    self.run = run
    self.show = show
    total =
      switch workload.stopRule {
      case .duration: nil
      case .messages(let count):
        Int(min(Double(Int.max / 2), Double(count) * Double(workload.workers)))
      }
  }

  /// How long the coordinator may sleep, in nanoseconds.
  func patience(at now: UInt64) -> UInt64 { next > now ? next - now : 0 }

  /// To be called whenever the coordinator wakes up.
  mutating func tick(at now: UInt64) {
    guard now >= next else { return }
    next = now + Self.interval
    let answered = run.answeredMessages
    let rate = before.map { before in
      Double(answered - before.answered) * 1e9 / Double(now - before.moment)
    }
    before = (now, answered)
    if now < window.start { answeredInWarmup = answered }
    show(standing(at: now, answered, rate))
  }

  private func standing(at now: UInt64, _ answered: Int, _ rate: Double?) -> RunStanding {
    if now < window.start {
      return RunStanding(
        phase: .warmUp, left: TimeSpan(nanoseconds: window.start - now), messagesPerSecond: rate)
    }
    guard !run.hasFinished, now < window.end else {
      return RunStanding(phase: .ending, left: nil)
    }
    let left = window.end == .max ? nil : TimeSpan(nanoseconds: window.end - now)
    return RunStanding(
      phase: .window, left: left, completed: answered - answeredInWarmup, total: total,
      messagesPerSecond: rate)
  }
}
