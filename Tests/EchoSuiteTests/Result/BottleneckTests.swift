import Testing

@testable import EchoIO
@testable import EchoSuite

struct BottleneckTests {
  @Test(arguments: [
    (0.0, 1.0, 1.0, Bottleneck.Cause.machine), (0.04, 0.5, 0.5, .machine),
    (0.3, 0.95, 0.5, .server), (0.3, 0.95, 0.95, .server), (0.3, 0.5, 0.95, .client),
    (0.05, 0.1, 0.9, .client), (0.3, 0.89, 0.89, .latency), (1, 0, 0, .latency),
  ])
  func `the bottleneck is what had no time left`(
    idle: Double, server: Double, client: Double, expected: Bottleneck.Cause
  ) {
    #expect(
      Bottleneck.Cause(idle: idle, serverBusiest: server, clientBusiest: client) == expected)
  }

  /// Intervals of shares, and what they allow.
  struct Known: Sendable {
    let idle: ClosedRange<Double>
    let server: ClosedRange<Double>
    let client: ClosedRange<Double>
    let expected: Bottleneck

    init(
      _ idle: ClosedRange<Double>, _ server: ClosedRange<Double>, _ client: ClosedRange<Double>,
      _ expected: Bottleneck
    ) {
      (self.idle, self.server, self.client, self.expected) = (idle, server, client, expected)
    }

    // Made anew each time: what lies in an enumeration with a tag is no pointer to a leak sanitizer.
    static var all: [Known] {
      [
        Known(0...0.04, 0.9...1, 0.3...1, .known(.machine)),
        Known(0.05...0.2, 0.91...0.95, 0.3...0.9, .known(.server)),
        Known(0.05...0.2, 0.2...0.85, 0.92...0.95, .known(.client)),
        Known(0.1...0.9, 0...0.89, 0...0.89, .known(.latency)),
        // An interval reaches over its threshold, and it matters.
        Known(0.04...0.06, 0.2...0.3, 0.2...0.3, .undecided([.machine, .latency])),
        Known(0.2...0.3, 0.88...0.92, 0.2...0.3, .undecided([.server, .latency])),
        Known(0.2...0.3, 0.2...0.3, 0.88...0.92, .undecided([.client, .latency])),
        // Which of the two is the busier is not known.
        Known(0.2...0.3, 0.92...0.95, 0.93...0.96, .undecided([.server, .client])),
        Known(0.04...0.3, 0.8...1, 0.8...1, .undecided(Bottleneck.Cause.allCases)),
        // It does, and does not matter: the machine has no idle CPU anyway.
        Known(0.01...0.03, 0.88...0.92, 0.88...0.92, .known(.machine)),
      ]
    }
  }

  @Test(arguments: Known.all)
  func `it is known where all values within the intervals agree`(known: Known) {
    func interval(_ range: ClosedRange<Double>) -> Interval {
      Interval(lower: range.lowerBound, upper: range.upperBound, coverage: 0.95)
    }
    #expect(
      Bottleneck(
        idle: interval(known.idle), serverBusiest: interval(known.server),
        clientBusiest: interval(known.client)) == known.expected)
  }

  @Test func `it says what it may be`() {
    #expect("\(Bottleneck.known(.machine))" == "machine")
    #expect("\(Bottleneck.undecided([.machine, .client]))" == "undecided: machine or client")
    #expect(
      "\(Bottleneck.undecided([.machine, .server, .client]))"
        == "undecided: machine, server or client")
    #expect("\(Bottleneck.undecided([]))" == "undecided")
    #expect(
      Bottleneck.undecided([]).candidates == nil && Bottleneck.known(.server).candidates == nil)
  }

  @Test(arguments: [
    (0.01, 0.01, Bottleneck.known(.machine)), (0.05, 0.03, .undecided([.machine, .latency])),
    (0.3, 0.05, .known(.latency)),
  ])
  func `rounds whose idle time lies around the threshold leave it open`(
    idle: Double, noise: Double, expected: Bottleneck
  ) {
    #expect(bottleneck { report, sign in report.setIdle(idle + sign * noise) } == expected)
  }

  @Test(arguments: [
    (0.97, 0.02, Bottleneck.known(.server)), (0.9, 0.05, .undecided([.server, .latency])),
    (0.7, 0.1, .known(.latency)),
  ])
  func `and so do rounds whose busiest thread lies around its own`(
    busiest: Double, noise: Double, expected: Bottleneck
  ) {
    let found = bottleneck { report, sign in
      report.setIdle(0.3)
      report.setServer(running: 0.3, runnable: min(1, busiest + sign * noise))
    }
    #expect(found == expected)
  }

  @Test func `a thread in line for a CPU is as busy as one that runs`() {
    let found = bottleneck { report, _ in
      report.setIdle(0.3)
      report.setServer(running: 0.25, runnable: 1)
    }
    #expect(found == .known(.server))
  }

  @Test func `of reports that do not know the line the running time counts`() {
    let found = bottleneck { report, _ in
      report.setIdle(0.3)
      report.setServer(running: 1, runnable: nil)
    }
    #expect(found == .known(.server))
  }

  @Test func `a single round leaves it open, and one that was not read unknown`() {
    #expect(bottleneck(rounds: 1) { _, _ in } == .undecided([]))
    #expect(bottleneck { report, _ in report.server = nil } == nil)
  }

  /// Of a row in a suite of two, whose rounds lie above and below what is set by turns.
  private func bottleneck(
    rounds: Int = 8, _ change: (inout ClientReport, _ sign: Double) -> Void
  ) -> Bottleneck? {
    let other = Scenario(server: .init(name: "b", kind: .backend(name: "libuv")), load: Load())
    let scenarios = [Scenario.simulated, other]
    let measurements = (1...rounds).flatMap { round in
      scenarios.enumerated().map { index, scenario in
        var report = ClientReport.simulated(scenario)
        change(&report, round.isMultiple(of: 2) ? 1 : -1)
        return Measurement(
          Trial(scenario: index, round: round), name: scenario.name, attempt: 1, outcome: .ran,
          client: report)
      }
    }
    return Summary.all(scenarios, Attempts(measurements))[0].bottleneck
  }
}

extension ClientReport {
  fileprivate mutating func setIdle(_ share: Double) {
    let idle = UInt64(share * 200_000_000)
    machine = MachineUsage(busy: 200_000_000 - idle, idle: idle, stolen: 0)
  }

  /// Of the window, what its busiest thread did.
  fileprivate mutating func setServer(running: Double, runnable: Double?) {
    let duration = Double(window.duration)
    server?.busiestThreadNanoseconds = UInt64(running * duration)
    server?.runnableThreadNanoseconds = runnable.map { UInt64($0 * duration) }
  }
}
