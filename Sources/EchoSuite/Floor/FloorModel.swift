internal import EchoIO

/// What a message costs a server beside what this machine takes for it at least.
struct FloorDistance: Equatable, Sendable {
  /// The server's CPU time per message, in nanoseconds.
  let measured: Double
  /// To receive a message of that size once and to send it once, in nanoseconds.
  let share: Double

  var ratio: Double { measured / share }
}

/// A first guess at where a server's CPU time goes: calls × cost + wake-ups × cost + bytes × cost, with
/// the costs of this machine's floor. All are nanoseconds per message.
struct FloorModel: Equatable, Sendable {
  let measured: Double
  /// To enter the kernel and to come back, as often as the server does.
  let calls: Double
  /// To fall asleep and to be woken.
  let wakeUps: Double
  /// What is left of the floor's share without its two calls: TCP, and the copies in and out.
  let bytes: Double

  enum Term: CaseIterable, Sendable {
    case calls, wakeUps, bytes
  }

  /// How often a server does what costs, per message.
  struct Counts: Equatable, Sendable {
    var calls: Double
    var wakeUps: Double
    /// Receives that a message takes, and sends, as its size and the buffer's have it.
    var pieces: Double = 1
  }

  /// Nil where a wake-up's cost is unavailable.
  init?(_ distance: FloorDistance, _ counts: Counts, _ floor: Floor) {
    guard let wakeUp = floor.wakeUp else { return nil }
    let twoCalls = 2 * floor.systemCall.nanoseconds
    let piece = max(0, floor.smallestShare - twoCalls)
    measured = distance.measured
    calls = counts.calls * floor.systemCall.nanoseconds
    wakeUps = counts.wakeUps * wakeUp
    bytes = max(0, distance.share - twoCalls) + (counts.pieces - 1) * piece
  }

  subscript(term: Term) -> Double {
    switch term {
    case .calls: calls
    case .wakeUps: wakeUps
    case .bytes: bytes
    }
  }

  /// Of what was measured: 0.9 for nine tenths, and above 1 where the server saves what the model
  /// charges, as one does that serves several messages at once.
  var explained: Double { Term.allCases.reduce(0) { $0 + self[$1] } / measured }

  var unexplained: Double { measured * (1 - explained) }

  /// What most of it goes into; nil unless the model explains more than 80 %, and by as little more
  /// than there is.
  var dominant: Term? {
    guard explained > Self.enough, explained < 1 / Self.enough else { return nil }
    return Term.allCases.max { self[$0] < self[$1] }
  }

  static let enough = 0.8
}

extension FloorDistance {
  /// Nil where the server's CPU time is not known.
  init?(_ summary: Summary, _ floor: Floor) {
    guard let cpu = summary[.serverCPU]?.value, cpu > 0 else { return nil }
    self.init(measured: cpu, share: floor.share(of: summary.scenario.load.size))
  }
}

extension SuiteResult {
  /// Nil where the machine's floor is not known, which is that of loopback TCP, or the server's CPU
  /// time is not.
  func distanceFromFloor(_ summary: Summary) -> FloorDistance? {
    guard machine.network.kind == .loopback, summary.scenario.load.transport != .unix,
      let floor = machine.floor
    else { return nil }
    return FloorDistance(summary, floor)
  }

  /// Nil where there is no distance, or its server's calls or wake-ups are not known.
  func floorModel(_ summary: Summary, _ anatomy: Anatomy?) -> FloorModel? {
    guard let floor = machine.floor, let distance = distanceFromFloor(summary),
      let counts = FloorModel.Counts(summary, anatomy)
    else { return nil }
    return FloorModel(distance, counts, floor)
  }
}

extension FloorModel.Counts {
  /// Wake-ups are the voluntary switches of the rounds in which the CPU time was read; an anatomy's,
  /// which is of another run, stand in for them. Nil where the calls or the wake-ups are not known.
  init?(_ summary: Summary, _ anatomy: Anatomy?) {
    guard let calls = anatomy?.callsPerMessage,
      let wakeUps = summary[.voluntarySwitches]?.value ?? anatomy?.voluntarySwitches
    else { return nil }
    self.init(calls: calls, wakeUps: wakeUps)
    let size = summary.scenario.load.size.bytes
    if let buffer = summary.scenario.server.bufferBytes {
      pieces = Double((size + buffer - 1) / buffer)
    }
  }
}
