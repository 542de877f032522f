internal import EchoIO

extension Pilot {
  /// Windows of each server: the median of three stands a disturbed one.
  static let windows = 3

  /// How long each of its trials takes: two digits are all that is wanted of it.
  public static func timing(of file: SuiteFile) -> Plan.Timing {
    Plan.Timing(
      duration: .milliseconds(300), warmup: .milliseconds(100), timeout: file.timeout)
  }

  /// How many trials a suite's pilot runs, at most.
  public static func trials(of file: SuiteFile) -> Int {
    windows * file.sweep.piloted.scenarios.count
  }

  /// Measures every server of a suite in a closed loop, each in fresh processes, one round after the
  /// other; what cannot run is left out.
  /// - Throws: `CancellationError` when stopped.
  public init(of file: SuiteFile, by executor: any TrialExecutor) async throws {
    let scenarios = file.sweep.piloted.scenarios
    var trials = Array(repeating: [Measurement](), count: scenarios.count)
    for round in 1...Self.windows {
      for (index, scenario) in scenarios.enumerated() {
        try Task.checkCancellation()
        // What cannot run here will not the next time.
        if case .unavailable? = trials[index].last?.outcome { continue }
        let trial = Trial(scenario: index, round: round)
        trials[index].append(try await executor.run(trial, scenario, attempt: 1))
      }
    }
    loads = file.sweep.piloted.loads.map { load in
      Found(
        load: load,
        servers: zip(scenarios, trials).filter { $0.0.load == load }.map { scenario, trials in
          Reached(scenario.server, trials)
        }, parts: file.sweep.parts(of: load))
    }
  }
}

extension Pilot.Reached {
  fileprivate init(_ server: Server, _ trials: [Measurement]) {
    name = server.name
    bufferBytes = server.bufferBytes
    let isWrong = trials.contains { $0.client?.invalidReasons.isEmpty == false && !$0.isEmpty }
    let rates = trials.compactMap { $0.client?.throughput.messagesPerSecond }
    messagesPerSecond = isWrong ? nil : Sample(rates)?.median
    let complaints = trials.compactMap { $0.outcome.reason ?? $0.client?.invalidReasons.first }
    reason = messagesPerSecond == nil ? legible(complaints.first ?? "nothing was measured") : nil
  }
}

extension Pilot {
  /// The first rule that it breaks, of a plan that was read; nil when there is none.
  /// - Parameter scenarios: of the plan, whose rates it gives.
  func problem(of scenarios: [Scenario]) -> String? {
    if let problem { return problem }
    guard Set(loads.map(\.load)).count == loads.count else { return "a load is there twice" }
    for scenario in scenarios {
      guard let rate = scenario.load.rate else { continue }
      let found = loads.first { $0.load == scenario.load.piloted }
      guard let found, found.rates.contains(where: { $0.rate == rate }) else {
        return "it does not give the rate of '\(scenario.name)'"
      }
    }
    return nil
  }

  private var problem: String? {
    for found in loads {
      do {
        try found.load.check()
      } catch {
        return "'\(error.axis.name)' \(error.rule), got \(error.given)"
      }
      guard !found.load.isOpen else { return "the load of a pilot is a closed loop" }
      guard !found.servers.isEmpty, !found.parts.isEmpty else {
        return "a pilot has servers and parts"
      }
      if let part = found.parts.first(where: { !($0 > 0 && $0 <= 1) }) {
        return "a part must be above 0 and at most 1, got \(part)"
      }
      for server in found.servers {
        if let rule = Server.problem(ofName: server.name) {
          return "'name' \(rule), got '\(server.name)'"
        }
        if let rate = server.messagesPerSecond, !(rate > 0 && rate < 1e12) {
          return "'messages_per_second' must be above 0, got \(rate)"
        }
      }
    }
    return nil
  }
}
