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
    try readClocks(server)
    for index in agents.indices {
      try agents[index].send(.drive(arguments: arguments(index, address, server)))
    }
    var answers = [Answer?](repeating: nil, count: agents.count)
    let areReady = try follow(&answers, beside: server, atMost: longestConnecting) { answers in
      answers.allSatisfy { $0 != nil }
    }
    guard areReady else {
      throw silent(answers, "did not connect", longestConnecting) { $0 == nil }
    }
    if answers.allSatisfy({ $0 == .ready }) {
      try begin(server)
      let haveEnded = try follow(&answers, beside: server, atMost: longestRun) { answers in
        answers.allSatisfy { $0 != nil && $0 != .ready } && server.usage != nil
      }
      guard haveEnded else {
        throw silent(answers, "did not end", longestRun) { $0 == nil || $0 == .ready }
      }
    }
    return try outcome(answers, address, server)
  }

  /// - Parameter again: whether they were read before, and may have moved since.
  private func readClocks(_ server: RemoteServer, again: Bool = false) throws {
    for agent in agents {
      try agent.readClock(again: again, unless: stop) { _ in throw agent.unasked() }
    }
    try server.readClock(again: again, unless: stop)
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

  /// As much load after the window as the clocks and the starts may differ by, and far more: the server's is
  /// another clock than a single client's, too.
  private var cooldown: UInt64 { min(max(own.timing.warmup, 100_000_000), 1_000_000_000) }

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
    case .reported where answer != nil && answer != .ready: throw agent.unasked()
    case .reported(let status, let signal, let output, let errors):
      guard let end = ProcessEnd(status: status, signal: signal) else {
        throw agent.unreliable("tells of an end of its client that is none")
      }
      answer = .reported(end, output: output, errors: errors)
    case .failed(let reason, let isUnavailable):
      var failure = agent.failure("cannot run the client: \(legible(reason))")
      failure.isUnavailable = isUnavailable
      throw failure
    case .stopped: throw agent.unreliable("ended its client without being told to")
    case .ready, .clock, .listening, .observed, .ended: throw agent.unasked()
    }
  }

  /// - Parameter isMissing: whether an answer is not what was waited for.
  private func silent(
    _ answers: [Answer?], _ words: String, _ span: TimeSpan, where isMissing: (Answer?) -> Bool
  ) -> ProcessFailure {
    guard let index = answers.firstIndex(where: isMissing) else {
      return ProcessFailure(
        reason: "the server's host did not tell what the server used in \(span)")
    }
    return agents[index].unreliable("was not heard: its client \(words) within \(span)")
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
    try readClocks(server, again: true)
    try checkClocks()
    let usage = usage(of: server)
    let report = try merged(reports, usage)
    do throws(HistogramError) {
      var hosts = [HostReading(server.agent, usage)]
      for (index, agent) in agents.enumerated() {
        hosts.append(try HostReading(agent, reports[index], shard(index)))
      }
      return Outcome(report: report, hosts: hosts)
    } catch {
      throw ProcessFailure(reason: "a client's histogram cannot be read: \(error)")
    }
  }

  /// The load before and after each window, whichever is shorter.
  private var margin: UInt64 { min(own.timing.warmup, cooldown) }

  /// Whether each measured while all were at work is known as well as their clocks are.
  private func checkClocks() throws {
    let worst = agents.sorted { $0.uncertainty > $1.uncertainty }.prefix(2)
    let apart = worst.reduce(0) { $0 &+ $1.uncertainty }
    guard worst.count == 2, apart > margin else { return }
    throw ProcessFailure(
      reason:
        "the windows of hosts \(worst[0].host.name) and \(worst[1].host.name) may lie \(span(apart)) apart, for"
        + " as well as their clocks are known, and the load around them that is not counted is \(span(margin)):"
        + " give a longer 'warmup', or launchers that answer sooner")
  }

  /// What the server used: unknown where it may have been used too long before the window, or after it.
  private func usage(of server: RemoteServer) -> ServerWindow.Usage? {
    let apart = server.agent.uncertainty &+ (agents.map(\.uncertainty).max() ?? 0)
    // Beyond the load around the window, but for what is little of it, as merge has it of readings.
    guard var usage = server.usage, apart > max(margin, own.timing.duration / 20) else {
      return server.usage
    }
    (usage.server, usage.machine) = (nil, nil)
    usage.unknown =
      "the clock of host \(server.agent.host.name) is not known better than within \(span(apart)) of the clients'"
    return usage
  }

  private func span(_ nanoseconds: UInt64) -> String { "\(fixed(Double(nanoseconds) / 1e6, 1)) ms" }

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
