import EchoIO
import Testing

@testable import EchoSuite

/// Which rows which round has, given a log: simulated, with figures that vary as told.
struct AdaptiveRoundsTests {
  @Test func `rounds end where every row is known and every comparison decided`() async throws {
    let plan = try plan("precision: 5%")
    let measured = try await Suite.measuring(plan, executor(noise: 0.02))
    #expect(rounds(measured).values.allSatisfy { $0 == 8 })
    let result = SuiteResult(plan: plan, machine: .simulated, measurements: measured)
    #expect(result.trialsLeft == 0)
    #expect(result.comparisons.allSatisfy { $0[.messagesPerSecond]?.verdict != .undecided })
  }

  @Test func `a row that varies runs more rounds, and its reference with it`() async throws {
    let plan = try plan("precision: 5%")
    let measured = try await Suite.measuring(
      plan, executor(noise: 0.02, of: ["other": 0.12]))
    let rounds = rounds(measured)
    let other = try #require(rounds["other, 1000 B, blocking"])
    #expect(other > 12)
    #expect(rounds["threads, 64k buffer, 1000 B, blocking"] == other)
    #expect((8..<other).contains(rounds["dispatch, 64k buffer, 1000 B, blocking"] ?? 0))
  }

  @Test func `what never converges ends after the most rounds, and says so`() async throws {
    let plan = try plan("precision: 5%\nmax_rounds: 10")
    let measured = try await Suite.measuring(plan, executor(noise: 0.5))
    #expect(rounds(measured).values.allSatisfy { $0 == 10 })
    let report = try ReportFormat.markdown.render(
      SuiteResult(plan: plan, machine: .simulated, measurements: measured))
    #expect(report.contains(" after 10 rounds)"))
    #expect(!report.contains("**Partial**"))
  }

  @Test func `a wrong server is settled after two rounds, an unverified one after three`()
    async throws
  {
    let plan = try Plan.reading(
      """
      {name: wrong, precision: 5%, servers: [{backend: threads, verify: [full, "off"]},
      {name: other, command: "other {port}"}, {name: absent, command: "absent {port}"}]}
      """)
    let measured = try await Suite.measuring(
      plan,
      SimulatedExecutor { call, scenario in
        switch call.server {
        case "other":
          .simulated(call, scenario, SimulatedLoad(invalidReasons: ["a byte is wrong"]))
        case "absent": .simulated(call, scenario, .unavailable(reason: "not here"))
        default: .simulated(call, scenario, SimulatedLoad())
        }
      })
    let rounds = rounds(measured)
    #expect(rounds["other, 1000 B, blocking"] == 2)
    #expect(rounds["absent, 1000 B, blocking"] == 1)
    #expect(rounds["threads, 64k buffer, 1000 B, blocking, verify off"] == 3)
    #expect(rounds["threads, 64k buffer, 1000 B, blocking"] == 8)
  }

  @Test func `without any time the fewest rounds are run`() async throws {
    let plan = try plan("precision: 1%\nbudget: 0s")
    let measured = try await Suite.measuring(plan, executor(noise: 0.2))
    #expect(rounds(measured).values.allSatisfy { $0 == 8 })
  }

  @Test func `a budget ends the suite where the next round does not fit`() async throws {
    // Four rows of a second each.
    let plan = try plan("precision: 1%\nbudget: 52s")
    let measured = try await Suite.measuring(plan, executor(noise: 0.2))
    #expect((49...52).contains(measured.count))
    #expect(rounds(measured).values.allSatisfy { $0 >= 8 })
    // And what is left of it says how many trials there may still be.
    let schedule = AdaptiveRounds(plan)
    #expect(schedule.trialsLeft(given: Attempts(Array(measured.prefix(40)))) == 12)
    let spent = AdaptiveRounds(try self.plan("precision: 1%\nbudget: 0s"))
    #expect(spent.trialsLeft(given: Attempts([])) == 32)
  }

  @Test(arguments: [1, 9, 31, 32, 33, 37, 50])
  func `a suite that is continued runs the same trials and gives the same verdicts`(
    interrupted: Int
  ) async throws {
    let plan = try plan("precision: 5%\nmax_rounds: 20")
    let executor = executor(noise: 0.05, of: ["other": 0.1])
    let whole = try await Suite.measuring(plan, executor)
    try #require(whole.count > 50)
    let schedule = AdaptiveRounds(plan)
    var log = Array(whole.prefix(interrupted))
    while let trial = schedule.next(given: Attempts(log)) {
      var measurement = try await executor.run(trial, plan.scenarios[trial.scenario], attempt: 1)
      measurement.tookNanoseconds = 1_000_000_000
      log.append(measurement)
    }
    #expect(log.map(\.trial) == whole.map(\.trial))
    func verdicts(_ measurements: [Measurement]) -> [Verdict?] {
      SuiteResult(plan: plan, machine: .simulated, measurements: measurements).comparisons
        .map(\.[.messagesPerSecond]?.verdict)
    }
    #expect(verdicts(log) == verdicts(whole))
  }

  /// A server that could not run until the suite was gone on with.
  @Test func `a row that runs only later gets the rounds that it needs, with its reference`()
    async throws
  {
    let plan = try plan("precision: 10%\nmax_rounds: 30\nbudget: 40s")
    let row = try #require(plan.scenarios.firstIndex { $0.server.name == "other" })
    let broken = self.broken("other")
    var first = Attempts(try await Suite.measuring(plan, broken))
    #expect(first.measurements(of: row).map(\.round) == [1, 2])
    first.reopen()
    let attempts = try await goOn(plan, first, executor(noise: 0.02))
    let summary = Summary.all(plan.scenarios, attempts)[row]
    #expect(summary.status == .measured && summary.failedRounds == 0)
    #expect(summary.rounds.count >= 8)
    // Its new rounds have the reference, though the budget is spent.
    let new = Set(summary.rounds.map(\.round).filter { $0 > 2 })
    #expect(new.isSubset(of: Set(attempts.measurements(of: 0).map(\.round))))
  }

  @Test func `a row that fails again changes nothing for the others`() async throws {
    let plan = try plan("precision: 3%\nmax_rounds: 20\nbudget: 50s")
    let broken = self.broken("other")
    let whole = try await Suite.measuring(plan, broken)
    // Interrupted in the middle of a round, and twice.
    var attempts = Attempts(whole.prefix(14))
    attempts.reopen()
    attempts = try await goOn(plan, attempts, broken, most: 12)
    attempts.reopen()
    attempts = try await goOn(plan, attempts, broken)
    #expect(attempts.measurements.filter { $0.attempt == 1 }.map(\.trial) == whole.map(\.trial))
    #expect(attempts.count == whole.count + 2)
    func result(_ attempts: Attempts) -> String {
      CSVReport(
        result: SuiteResult(plan: plan, machine: .simulated, attempts: attempts)
      ).text
    }
    #expect(result(attempts) == result(Attempts(whole)))
  }

  @Test func `what is asked next follows from the log alone, retries included`() async throws {
    let plan = try plan("precision: 5%\nmax_rounds: 12")
    var first = Attempts(try await Suite.measuring(plan, broken("other")).prefix(25))
    first.reopen()
    let schedule = AdaptiveRounds(plan)
    let executor = executor(noise: 0.05)
    var attempts = first
    while let trial = schedule.next(given: attempts) {
      #expect(AdaptiveRounds(plan).next(given: attempts) == trial)
      attempts.append(try await attempt(plan, trial, attempts, executor))
    }
    #expect(attempts.latestRound > 8)
  }

  private func broken(_ server: String) -> SimulatedExecutor {
    let executor = executor(noise: 0.02)
    return SimulatedExecutor { call, scenario in
      guard call.server == server else {
        return try await executor.run(call.trial, scenario, attempt: call.attempt)
      }
      var failed = Measurement.simulated(call, scenario, .failed(reason: "no luck"))
      failed.tookNanoseconds = 1_000_000_000
      return failed
    }
  }

  /// Runs what is left, or so many attempts of it.
  private func goOn(
    _ plan: Plan, _ attempts: Attempts, _ executor: SimulatedExecutor, most: Int = .max
  ) async throws -> Attempts {
    var attempts = attempts
    let schedule = AdaptiveRounds(plan)
    let last = attempts.count + min(most, 100_000)
    while attempts.count < last, let trial = schedule.next(given: attempts) {
      attempts.append(try await attempt(plan, trial, attempts, executor))
    }
    return attempts
  }

  private func attempt(
    _ plan: Plan, _ trial: Trial, _ attempts: Attempts, _ executor: SimulatedExecutor
  ) async throws -> Measurement {
    var measurement = try await executor.run(
      trial, plan.scenarios[trial.scenario], attempt: attempts.count(of: trial) + 1)
    measurement.tookNanoseconds = 1_000_000_000
    return measurement
  }

  @Test func `it says what its rounds are for`() async throws {
    let plan = try plan("precision: 5%")
    let schedule = AdaptiveRounds(plan)
    #expect(schedule.purpose(given: Attempts([])) == "round 1 of at least 8")
    let measured = try await Suite.measuring(
      plan, executor(noise: 0.02, of: ["other": 0.12]))
    let upTo9 = measured.filter { $0.round <= 9 }
    let purpose = try #require(schedule.purpose(given: Attempts(upTo9)))
    #expect(purpose.hasPrefix("round 9: 2 of 4 rows and "))
    #expect(purpose.hasSuffix(" of 4 comparisons open"))
  }

  /// Three servers and the twin of the first.
  private func plan(_ goals: String) throws -> Plan {
    try Plan.reading(
      """
      name: adaptive
      \(goals)
      servers:
        - backend: threads
        - backend: dispatch
        - {name: other, command: "other {port}"}
      """)
  }

  /// Every attempt takes a second, and its figures vary by so much (relative standard deviation),
  /// as drawn from its trial: asked again it gives the same.
  private func executor(noise: Double, of servers: [String: Double] = [:]) -> SimulatedExecutor {
    SimulatedExecutor { call, scenario in
      let seed = UInt64(call.trial.round) << 8 | UInt64(call.trial.scenario)
      var random = SplitMix64(seed: seed)
      let sum = (0..<12).reduce(0.0) { sum, _ in sum + Double(random.next() >> 11) * 0x1p-53 }
      let factor = max(0.05, 1 + (servers[call.server] ?? noise) * (sum - 6))
      var measurement = Measurement.simulated(
        call, scenario, SimulatedLoad(messagesPerSecond: 10_000 * factor))
      measurement.tookNanoseconds = 1_000_000_000
      return measurement
    }
  }

  /// By the scenario's name.
  private func rounds(_ measurements: [Measurement]) -> [String: Int] {
    Dictionary(grouping: measurements, by: \.name).mapValues { Set($0.map(\.round)).count }
  }
}
