public import EchoIO

/// Runs each trial in two fresh processes: the server and the client; or on hosts, in one for each.
///
/// It does so on the calling thread, and starts no other: where a user may have no more processes, a
/// suite fails in words, and still obeys the first signal.
public struct ProcessExecutor: TrialExecutor {
  private let timing: Plan.Timing
  private let seed: UInt64
  private let stop: StopSignal
  private let program: Program
  private let longestStart: TimeSpan
  private let longestEnd: TimeSpan
  private let hosts: HostPool?

  /// - Parameters:
  ///   - seed: of the suite; each trial draws its own from it.
  ///   - stop: ends a trial that runs, and lets no other begin.
  ///   - program: serves and drives; this very program, as a rule.
  ///   - longestStart: how long a server may take to listen: an interpreter on a busy machine needs
  ///     seconds.
  ///   - longestEnd: how long a client may take beyond its window and its timeouts.
  ///   - hosts: where servers and clients run; nil for this machine.
  public init(
    _ timing: Plan.Timing, seed: UInt64, program: Program,
    longestStart: TimeSpan = .seconds(10), longestEnd: TimeSpan = .seconds(10),
    on hosts: HostPool? = nil, until stop: StopSignal
  ) {
    self.timing = timing
    self.seed = seed
    self.stop = stop
    self.program = program
    self.longestStart = longestStart
    self.longestEnd = longestEnd
    self.hosts = hosts
  }

  public func run(_ trial: Trial, _ scenario: Scenario, attempt: Int) throws -> Measurement {
    func measurement(
      _ outcome: Measurement.Outcome, server: ServerStopped? = nil, client: ClientReport? = nil,
      foreign: ForeignRun? = nil, search: RateReport? = nil, hosts: [HostReading]? = nil
    ) -> Measurement {
      Measurement(
        trial, name: scenario.name, attempt: attempt, outcome: outcome, server: server,
        client: client, foreign: foreign, search: search, hosts: hosts)
    }
    // What other machines have too little of they say themselves.
    if hosts == nil, let reason = scenario.shortage {
      return measurement(.unavailable(reason: reason))
    }
    defer { hosts?.settle() }
    let client = ClientProcess(
      scenario: scenario, timing: timing, seed: trial.seed(attempt: attempt, of: seed),
      program: program, stop: stop, longestEnd: longestEnd)
    var foreign: ForeignRun?
    var search: RateReport?
    var readings: [HostReading]?
    do {
      let (report, stopped) = try server(of: scenario).whileServing { server, address in
        try judge(server, called: scenario.server.name) {
          if let hosts, let server = server as? RemoteServer {
            let outcome = try HostClients(own: client, agents: hosts.agents().clients, stop: stop)
              .run(against: address, beside: server)
            readings = outcome.hosts
            return outcome.report
          }
          guard let command = scenario.client else {
            guard scenario.load.findRate != nil else {
              return try client.run(against: address, beside: server)
            }
            let found = try client.search(against: address, beside: server)
            search = found.search
            return found.client
          }
          let outcome = try ForeignClient(client: command, own: client)
            .run(against: address, beside: server)
          foreign = outcome.run
          return outcome.report
        }
      }
      if report.unavailable == true, let reason = report.error ?? report.invalidReasons.first {
        return measurement(.unavailable(reason: reason), client: report, search: search)
      }
      if let error = report.error {
        return measurement(.failed(reason: error), client: report, search: search)
      }
      return measurement(
        .ran, server: stopped, client: report, foreign: foreign, search: search, hosts: readings)
    } catch let failure as ProcessFailure {
      // Whoever stops all processes at once ends a supervisor, too.
      guard !stop.isFired else { throw CancellationError() }
      return measurement(failure.outcome)
    } catch let error as SystemError {
      // No descriptor or process left, say: that may be over by the next trial.
      return measurement(.failed(reason: "\(error)"))
    }
  }

  /// Whether this process may open what a trial needs.
  /// - Throws: `SystemError`.
  public func check() throws(SystemError) {
    try checkDescriptors(Self.mostDescriptors)
  }

  /// Four for the server that runs, seven for the client while it is started; and as many again as
  /// files of /proc and of the suite are open at once.
  private static let mostDescriptors = 14

  public func rehearse(_ scenario: Scenario) throws -> Measurement.Outcome {
    defer { hosts?.settle() }
    do {
      _ = try server(of: scenario).whileServing { _, _ in }
      return .ran
    } catch let failure as ProcessFailure {
      guard !stop.isFired else { throw CancellationError() }
      return failure.outcome
    }
  }

  private func server(of scenario: Scenario) throws -> ServerProcess {
    ServerProcess(
      server: scenario.server, transport: scenario.load.transport, program: program,
      longestStart: longestStart, stop: stop, host: hosts?.hosts.address,
      agent: try hosts?.server())
  }
}

/// A process of a trial that did not do its part.
struct ProcessFailure: Error, Equatable {
  let reason: String
  /// It said that this machine cannot run it, as opposed to having failed.
  var isUnavailable = false

  var outcome: Measurement.Outcome {
    isUnavailable ? .unavailable(reason: reason) : .failed(reason: reason)
  }
}
