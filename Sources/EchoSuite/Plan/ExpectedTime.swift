public import EchoIO

extension Plan {
  /// About how long a number of its trials takes: the windows, the warm-up, and what a trial needs
  /// beside them.
  public func expectedTime(ofTrials count: Int) -> TimeSpan {
    let time = Self.time(of: count, timing, scenarios).nanoseconds
    return TimeSpan(nanoseconds: time + UInt64(count) * (hosts == nil ? 0 : Self.hostTime))
  }

  /// What a trial on hosts takes besides, in nanoseconds: clocks, the way of the words, load after the window.
  private static let hostTime: UInt64 = 500_000_000

  /// The same of trials that have a timing of their own.
  static func time(of count: Int, _ timing: Timing, _ scenarios: [Scenario]) -> TimeSpan {
    let round = scenarios.map {
      timing.nanoseconds(of: $0.load) + $0.server.nanosecondsBesideWindow
    }
    .reduce(0, +)
    let all = round / Double(max(1, scenarios.count)) * Double(count)
    // A million windows of a day are more than there is a number for.
    return TimeSpan(nanoseconds: UInt64(min(all, 1e18)))
  }
}

extension Plan.Timing {
  /// Of a trial's windows, warm-up included. One that looks for a rate has several.
  fileprivate func nanoseconds(of load: Load) -> Double {
    let (windows, lengths) = load.findRate == nil ? (1, 1) : RateSearch.usual
    return Double(lengths) * Double(duration) + Double(windows) * Double(warmup)
  }
}

extension Plan {
  /// About how long it takes to count what a message costs in these of its scenarios.
  public func expectedTime(ofAnatomies scenarios: [Scenario]) -> TimeSpan {
    let trials = scenarios.map {
      AnatomyProcesses.expectedNanoseconds(
        of: $0.server, countingInstructions: countsInstructions(in: $0))
    }
    return TimeSpan(nanoseconds: UInt64(trials.reduce(0, +)))
  }
}

extension Server {
  /// Two processes that start and end, connections, readings, the log. Measured on a virtual machine
  /// with two CPUs, over some thousand trials: 45 ms with a backend, 170 to 230 ms with a server
  /// in Python, which is what most commands are like.
  fileprivate var nanosecondsBesideWindow: Double {
    switch kind {
    case .backend: 45e6
    case .command: 200e6
    }
  }
}
