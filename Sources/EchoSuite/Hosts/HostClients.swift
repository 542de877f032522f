internal import EchoIO
internal import Foundation

/// The clients of a trial on their hosts: started together, measured at one moment, and made one measurement.
struct HostClients {
  /// Who would drive by itself: it knows what there is to be told.
  let own: ClientProcess
  let agents: [Agent]
  let stop: StopSignal

  /// What came of it.
  struct Outcome {
    let report: ClientReport
    let hosts: [HostReading]
  }

  /// Has them drive a server at `address`, and its usage read meanwhile by its own host.
  /// - Throws: `ProcessFailure`, with the host's name, when one does not do its part; `CancellationError`.
  func run(against address: Address, beside server: RemoteServer) throws -> Outcome {
    for agent in agents { try agent.readClock(unless: stop) { _ in throw agent.unasked } }
    try server.readClock(unless: stop)
    for index in agents.indices {
      try agents[index].send(.drive(arguments: arguments(index, address, server)))
    }
    var answers = [Answer?](repeating: nil, count: agents.count)
    let areReady = try follow(&answers, beside: server, atMost: longestConnecting) { answers in
      answers.allSatisfy { $0 != nil }
    }
    guard areReady else {
      throw silent(answers, "did not connect", longestConnecting)
    }
    if answers.allSatisfy({ $0 == .ready }) {
      try begin(server)
      let haveEnded = try follow(&answers, beside: server, atMost: longestRun) { answers in
        answers.allSatisfy { $0 != nil && $0 != .ready } && server.usage != nil
      }
      guard haveEnded else { throw silent(answers, "did not end", longestRun) }
    }
    return try outcome(answers, address, server)
  }

  /// How far a client has come.
  private enum Answer: Equatable {
    case ready
    case reported(ProcessEnd, output: String, errors: String)
  }

  // MARK: - What they are told

  private func shard(_ index: Int) -> Shard { Shard(index + 1, of: agents.count) }

  /// The part of the load that is a client's.
  private func part(_ index: Int) -> ClientProcess {
    var scenario = own.scenario
    scenario.load = scenario.load.part(index, of: agents.count)
    return ClientProcess(
      scenario: scenario, timing: own.timing, seed: own.seed, program: own.program, stop: stop,
      longestEnd: own.longestEnd)
  }

  private func arguments(
    _ index: Int, _ address: Address, _ server: RemoteServer
  ) -> [String] {
    Array(part(index).arguments(address, server.observer).dropFirst()) + [
      "--start-at", "stdin", "--cooldown", "\(cooldown)ns", "--id", agents[index].host.name,
      "--shard", "\(shard(index))", "--until-eof",
    ]
  }

  /// As much load after the window as the clocks and the starts may differ by, and far more; none is needed
  /// where one measures alone.
  private var cooldown: UInt64 {
    agents.count > 1 ? min(max(own.timing.warmup, 100_000_000), 1_000_000_000) : 0
  }

  /// One moment for all, by the clock of each, that lies far enough ahead for the words to get there.
  private func begin(_ server: RemoteServer) throws {
    let slowest = (agents + [server.agent]).compactMap(\.clock?.slowest).max() ?? 0
    let moment =
      unixNow() + Self.lead.nanoseconds + 4 * min(slowest, Agent.longestSilence.nanoseconds)
    let start = moment + own.timing.warmup
    if let clock = server.agent.clock {
      try server.agent.send(
        .observe(from: clock.there(start), to: clock.there(start + own.timing.duration)))
    }
    for agent in agents {
      if let clock = agent.clock { try agent.send(.go(at: clock.there(moment))) }
    }
  }

  /// For a client that has to wait for a CPU.
  private static let lead = TimeSpan.milliseconds(150)

  // MARK: - What they say

  /// Connections are made side by side, each within its timeout.
  private var longestConnecting: TimeSpan {
    TimeSpan(nanoseconds: 2 * own.timing.timeout + own.longestEnd.nanoseconds)
  }

  private var longestRun: TimeSpan {
    let lead = Self.lead.nanoseconds + 4 * Agent.longestSilence.nanoseconds
    return TimeSpan(nanoseconds: own.longestRun.nanoseconds + cooldown + lead)
  }

  /// Takes in what they say, and the server's host.
  /// - Returns: false where `isDone` was not true in time.
  private func follow(
    _ answers: inout [Answer?], beside server: RemoteServer, atMost span: TimeSpan,
    until isDone: ([Answer?]) -> Bool
  ) throws -> Bool {
    var found = answers
    let isInTime = try wait(
      beside: agents.map(\.child) + [server.child], atMost: span, unless: stop
    ) {
      try server.follow()
      for (index, agent) in agents.enumerated() {
        while let event = try agent.next() { try take(event, of: agent, as: &found[index]) }
      }
      return isDone(found)
    }
    guard !stop.isFired else { throw CancellationError() }
    answers = found
    return isInTime
  }

  private func take(_ event: AgentEvent, of agent: Agent, as answer: inout Answer?) throws {
    switch event {
    case .ready where answer == nil: answer = .ready
    case .reported(let status, let signal, let output, let errors):
      guard let end = ProcessEnd(status: status, signal: signal) else {
        throw agent.failure("tells of an end of its client that is none")
      }
      answer = .reported(end, output: output, errors: errors)
    case .failed(let reason, let isUnavailable):
      var failure = agent.failure("cannot run the client: \(legible(reason))")
      failure.isUnavailable = isUnavailable
      throw failure
    case .stopped: throw agent.failure("ended its client without being told to")
    case .ready, .clock, .listening, .observed, .ended: throw agent.unasked
    }
  }

  private func silent(_ answers: [Answer?], _ words: String, _ span: TimeSpan) -> ProcessFailure {
    let isMissing = { (answer: Answer?) in answer == nil || answer == .ready }
    guard let index = answers.firstIndex(where: isMissing) else {
      return ProcessFailure(
        reason: "the server's host did not tell what the server used in \(span)")
    }
    return agents[index].failure("was not heard: its client \(words) within \(span)")
  }

  // MARK: - What comes of it

  private func outcome(
    _ answers: [Answer?], _ address: Address, _ server: RemoteServer
  ) throws -> Outcome {
    var reports: [ClientReport] = []
    for (index, answer) in answers.enumerated() {
      // One that waits for a word that does not come: another failed.
      guard case .reported(let end, let output, let errors)? = answer else { continue }
      let agent = agents[index]
      var report = try HostReport(
        part: part(index), shard: shard(index), address: address, host: agent.host
      ).read(output, end, errors)
      if let reason = report.error {
        throw ProcessFailure(
          reason: "host \(agent.host.name): \(reason)", isUnavailable: report.unavailable == true)
      }
      if let clock = agent.clock { report.shift(clock) }
      reports.append(report)
    }
    guard reports.count == agents.count else {
      throw ProcessFailure(reason: "a client ended before the load began")
    }
    let report = try merged(reports, server.usage)
    do throws(HistogramError) {
      var hosts = [HostReading(server.agent, server.usage)]
      for (index, agent) in agents.enumerated() {
        hosts.append(try HostReading(agent, reports[index], shard(index)))
      }
      return Outcome(report: report, hosts: hosts)
    } catch {
      throw ProcessFailure(reason: "a client's histogram cannot be read: \(error)")
    }
  }

  /// By the rules by which `echobench merge` makes one result.
  private func merged(
    _ reports: [ClientReport], _ usage: ServerWindow.Usage?
  ) throws -> ClientReport {
    let load = own.scenario.load
    do {
      let named = zip(agents, reports).map { ("host \($0.host.name)", $1) }
      let merge = try Merge(of: named, expecting: agents.count)
      return try ClientReport(
        merging: reports, MergeReport(merge), load: load, seed: own.seed, usage: usage
      ).condensed()
    } catch let refusal as Merge.Refusal {
      let reason = refusal.problems.first.map { "\($0)" } ?? "\(refusal)"
      throw ProcessFailure(reason: "the clients' results are not one: \(reason)")
    } catch let error as HistogramError {
      throw ProcessFailure(reason: "the clients' histogram cannot be read: \(error)")
    }
  }
}
