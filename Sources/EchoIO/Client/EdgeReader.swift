internal import Glibc

/// What is read at an edge of the window.
struct EdgeReading {
  /// When, on the run's clock.
  let moment: UInt64
  let machine: MachineUsage?
  let server: ProcessTree.Reading?
  let client: ProcessTree.Reading

  /// - Parameters:
  ///   - client: its processes: this one, which starts no others, unless told otherwise.
  ///   - server: its processes, or why those are not known; nil when there is none to read.
  init(
    at moment: UInt64, client: [Int32] = [getpid()],
    server: () -> Result<[Int32], SystemError>?
  ) {
    self.moment = moment
    machine = MachineUsage.now()
    self.server = server().map { ProcessTree.Reading(of: $0) }
    self.client = ProcessTree.Reading(of: client)
  }
}

/// Reads at both edges of the window. To look the server's processes up takes a while where many
/// run: it is done before the window begins, and after it has ended, when nothing moves any more.
struct EdgeReader<Clock: RunClock> {
  private let server: ProcessTree?
  private let clock: Clock
  /// How long before the window to begin with that, in nanoseconds.
  private let lead: UInt64

  /// Rehearses, to know how long it takes: to be called before the window is fixed.
  init(observing observed: Int32?, _ clock: Clock) {
    server = observed.map { ProcessTree(root: $0) }
    self.clock = clock
    let start = monotonicNow()
    _ = server?.members()
    lead = Self.patience * (monotonicNow() - start)
  }

  /// How much longer than in the rehearsal it may take while the CPUs are busy.
  private static var patience: UInt64 { 8 }

  /// - Parameter wait: returns at the moment it is told, or earlier when the run is over.
  func readStart(of window: Window, _ wait: (_ until: UInt64) -> Void) -> EdgeReading {
    wait(window.start - lead)
    let members = server.map { Result(catching: $0.lookUp) }
    wait(window.start)
    return EdgeReading(at: clock.now()) { members }
  }

  /// - Parameter wait: returns at the moment it is told, or earlier when the run is over.
  func readEnd(of window: Window, _ wait: (_ until: UInt64) -> Void) -> EdgeReading {
    wait(window.end)
    return EdgeReading(at: clock.now()) { server.map { Result(catching: $0.lookUp) } }
  }
}
