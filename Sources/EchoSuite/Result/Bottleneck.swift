/// What kept a scenario from going faster, as far as its rounds tell.
enum Bottleneck: Equatable, Sendable {
  case known(Cause)
  /// The rounds allow more than one of them, in the order of ``Cause``; none where they say nothing
  /// of how they vary, as a single one.
  case undecided([Cause])

  enum Cause: String, CaseIterable, Encodable, Sendable {
    /// No idle CPU was left: server and client took it from each other, or others from both.
    case machine
    /// The server's busiest thread had no time left.
    case server
    /// The client's busiest thread had no time left: the server might do more.
    case client
    /// CPUs and threads had time left: messages waited for wake-ups and for each other.
    case latency
  }
}

extension Bottleneck.Cause {
  /// Names it from shares between 0 and 1: the machine's idle CPU time, and of the window the
  /// time that the busiest thread of each side ran or stood in line for a CPU.
  ///
  /// A thread in line has work to do, as one that runs: a server that shares its CPU with a busy
  /// neighbour never waits for a message. That is the server's limit, and not the machine's, while
  /// other CPUs are idle.
  init(idle: Double, serverBusiest: Double, clientBusiest: Double) {
    if idle < Self.noIdleLeft {
      self = .machine
    } else if max(serverBusiest, clientBusiest) < Self.noTimeLeft {
      self = .latency
    } else {
      self = serverBusiest >= clientBusiest ? .server : .client
    }
  }

  /// The kernel counts in ticks of 10 ms, so a saturated second still shows some idle ones.
  static let noIdleLeft = 0.05
  /// A thread that is always runnable is not always running: interrupts take their share.
  static let noTimeLeft = 0.9
}

extension Bottleneck {
  /// From intervals of the shares: what all values within them agree on. Where the corners do, all
  /// do: the shares of each cause are a box, but for which of two busy threads is the busier, and
  /// there the corners are the extremes.
  init(idle: Interval, serverBusiest: Interval, clientBusiest: Interval) {
    var found: Set<Cause> = []
    for idle in [idle.lower, idle.upper] {
      for server in [serverBusiest.lower, serverBusiest.upper] {
        for client in [clientBusiest.lower, clientBusiest.upper] {
          found.insert(Cause(idle: idle, serverBusiest: server, clientBusiest: client))
        }
      }
    }
    let causes = Cause.allCases.filter(found.contains)
    self = causes.count == 1 ? .known(causes[0]) : .undecided(causes)
  }

  /// Nil where one of the shares is unknown.
  init?(idle: Estimate?, serverBusiest: Estimate?, clientBusiest: Estimate?) {
    guard let idle, let serverBusiest, let clientBusiest else { return nil }
    guard let idle = idle.interval, let server = serverBusiest.interval,
      let client = clientBusiest.interval
    else {
      self = .undecided([])
      return
    }
    self.init(idle: idle, serverBusiest: server, clientBusiest: client)
  }

  /// One word.
  var word: String {
    switch self {
    case .known(let cause): cause.rawValue
    case .undecided: "undecided"
    }
  }

  /// Those that it may be, where that is not decided.
  var candidates: [Cause]? {
    if case .undecided(let causes) = self, !causes.isEmpty { causes } else { nil }
  }
}

extension Bottleneck: CustomStringConvertible {
  /// `undecided: machine, server or client`.
  var description: String {
    guard let words = candidates?.map(\.rawValue), let last = words.last else { return word }
    return "\(word): \(words.dropLast().joined(separator: ", ")) or \(last)"
  }
}
