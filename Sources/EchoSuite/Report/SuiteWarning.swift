internal import EchoIO

/// Something about a row that a reader has to know before comparing it.
enum SuiteWarning: Equatable, Sendable {
  case unserved(served: Int, total: Int)
  /// An open loop's rate was not reached: messages per second, and nanoseconds.
  case rateMissed(offered: Int, achieved: Double, behind: Double)
  /// No rate held in so many rounds: what was in the way the last time.
  case noRate(Int, of: Int, obstacle: String?)
  /// The client was what kept a rate from holding.
  case clientBound(Int, of: Int)
  case roundsMissing(done: Int, of: Int)
  case roundsFailed(Int, of: Int)
  case stalled(Int, of: Int)
  case notConverged(precision: Double, rounds: Int)
  case disturbed(rounds: Int, of: Int)
  case serverUnknown(rounds: Int, of: Int)
  case lengthOnly
  case unverified
  /// Driven by a command: the client's name.
  case foreignClient(String)
  /// Segments that client hosts, or the server's, sent again.
  case retransmits(UInt64)

  /// Half the width of the interval, relative to the figure, above which a row counts as not
  /// converged: with less, two rows that differ by a fifth can be told apart.
  static let wantedPrecision = 0.1

  /// For the table's cell.
  var label: String {
    switch self {
    case .unserved(let served, let total): "\(served) of \(total) connections served"
    case .rateMissed(let offered, let achieved, let behind):
      "offered \(grouped(offered))/s, achieved \(grouped(achieved))/s"
        + (behind >= 1e6
          ? "; \(fixed(behind / 1e9, behind < 1e8 ? 3 : 1)) s behind at the end" : "")
    case .noRate(let none, let rounds, let obstacle):
      "no rate held in \(none) of \(rounds) rounds\(obstacle.map { " (\($0))" } ?? "")"
    case .clientBound(let bound, let rounds): "client-bound in \(bound) of \(rounds) rounds"
    case .roundsMissing(let done, let rounds): "\(done) of \(rounds) rounds"
    case .roundsFailed(let failed, let rounds): "failed in \(failed) of \(rounds) rounds"
    case .stalled(let stalled, let rounds): "stalled in \(stalled) of \(rounds) rounds"
    case .notConverged(let precision, let rounds):
      "not converged (±\(fixed(100 * precision, 1)) % after \(plural(rounds, "round")))"
    case .disturbed(let rounds, let all): "disturbed in \(rounds) of \(all) rounds"
    case .serverUnknown(let rounds, let all):
      "server's usage unknown in \(rounds) of \(all) rounds"
    case .lengthOnly: "verified by length only"
    case .unverified: "not verified"
    case .foreignClient(let name): "counted by \(name), not verified by echobench"
    case .retransmits(let count):
      "packets lost (\(grouped(Double(count))) segment\(count == 1 ? "" : "s") sent again)"
    }
  }

  /// What it means and what to do: below the table, once for each kind that occurs.
  var explanation: Text {
    switch self {
    case .unserved:
      """
      \(emphasis: "connections served"): the others waited the whole window. A pool serves as many \
      connections as it has threads; compare with more threads or fewer connections.
      """
    case .rateMissed:
      """
      \(emphasis: "offered, achieved"): the rate was not reached, as the median over rounds; what was \
      achieved is the row's Messages/s. Response times grow for as long as the window lasts: they say when it \
      ended, not how fast the server is.
      """
    case .noRate:
      """
      \(emphasis: "no rate held"): the search for the rate that holds confirmed none. Such rounds count as \
      0/s, and nothing else is said of them.
      """
    case .clientBound:
      """
      \(emphasis: "client-bound"): the client, and not the server, kept the next higher rate from holding: the \
      server may do more. Give the client more \(code: "event_workers") or CPUs of its own.
      """
    case .roundsMissing:
      """
      \(emphasis: "rounds"): the suite was interrupted. Go on with \(code: "--resume").
      """
    case .stalled:
      """
      \(emphasis: "stalled"): not one reply came back in the window, though the machine was quiet. \
      Such rounds count as 0/s.
      """
    case .roundsFailed:
      """
      \(emphasis: "failed"): the server or the client could not run in these rounds. The figures are \
      of the others.
      """
    case .notConverged:
      """
      \(emphasis: "not converged"): the interval reaches further than \
      ±\(fixed(100 * Self.wantedPrecision, 0)) % from the figure. Take more \(code: "--rounds"), \
      or a quieter machine.
      """
    case .disturbed:
      """
      \(emphasis: "disturbed"): more than 2 % of the machine was stolen by its host, more than \
      10 % used by other processes, or the client was kept from reading the CPU clocks in time; \
      and repeating did not help. Stop what else runs.
      """
    case .serverUnknown:
      """
      \(emphasis: "server's usage unknown"): a process of the server ended inside the window, and \
      what it had used is in no reading. Have its processes last as long as their connections.
      """
    case .lengthOnly:
      """
      \(emphasis: "verified by length only"): as many bytes came back as were sent, and nobody \
      compared them.
      """
    case .unverified:
      """
      \(emphasis: "not verified"): any bytes were taken as the reply, so that a server that sends \
      more than it was sent looks faster than it is.
      """
    case .foreignClient:
      """
      \(emphasis: "counted by"): another client than this program's own says how many messages came \
      back; whether it looked at them is not known. Where echobench's own client finds the same server \
      wrong under the same load, there is no figure here, either. CPU per message is shown where the \
      client said when its window began and ended, or what it used itself.
      """
    case .retransmits:
      """
      \(emphasis: "packets lost"): segments were sent again on the way between the hosts. Percentiles hardly \
      show what that costs; the maximum and the rate do.
      """
    }
  }

  /// One of each kind, for explaining.
  var kind: Int {
    switch self {
    case .unserved: 0
    case .roundsMissing: 1
    case .notConverged: 2
    case .disturbed: 3
    case .serverUnknown: 4
    case .lengthOnly: 5
    case .unverified: 6
    case .roundsFailed: 7
    case .stalled: 8
    case .foreignClient: 9
    case .rateMissed: 10
    case .noRate: 11
    case .clientBound: 12
    case .retransmits: 13
    }
  }
}

extension Summary {
  /// What a reader has to know before comparing the figures.
  func warnings(of plan: Plan) -> [SuiteWarning] {
    let verification =
      scenario.client.map { [.foreignClient($0.name)] } ?? scenario.load.verification.warnings
    guard !rounds.isEmpty else { return status == .invalid ? verification : [] }
    var warnings = verification
    if let connections, connections.served < connections.total {
      warnings.append(.unserved(served: connections.served, total: connections.total))
    }
    if keptRate == false, let rate = scenario.load.rate, let kept = self[.rateKept] {
      warnings.append(
        .rateMissed(
          offered: rate, achieved: self[.messagesPerSecond]?.value ?? kept.value * Double(rate),
          behind: self[.behind]?.value ?? 0))
    }
    warnings += searchWarnings
    let done = rounds.count + failedRounds
    if plan.goals.precision == nil, done < plan.rounds {
      warnings.append(.roundsMissing(done: done, of: plan.rounds))
    }
    if failedRounds > 0 { warnings.append(.roundsFailed(failedRounds, of: done)) }
    if stalledRounds > 0 { warnings.append(.stalled(stalledRounds, of: rounds.count)) }
    let wanted = plan.goals.precision.map { max($0, plan.goals.otherPrecision ?? 0) }
    if let precision, precision > wanted ?? SuiteWarning.wantedPrecision {
      warnings.append(.notConverged(precision: precision, rounds: rounds.count))
    }
    let unread = rounds.count { $0.foreign == nil && $0.client?.server == nil }
    if unread > 0 { warnings.append(.serverUnknown(rounds: unread, of: rounds.count)) }
    let resent = rounds.flatMap { $0.hosts ?? [] }.reduce(UInt64(0)) {
      $0 &+ ($1.client?.retransmits ?? $1.tcp?.retransmits ?? 0)
    }
    if resent > 0 { warnings.append(.retransmits(resent)) }
    if disturbedRounds > 0 {
      warnings.append(.disturbed(rounds: disturbedRounds, of: rounds.count))
    }
    return warnings
  }
}

extension Summary {
  /// Of the searches for the rate that holds; none where that is given.
  private var searchWarnings: [SuiteWarning] {
    var warnings: [SuiteWarning] = []
    if let last = rounds.last(where: { $0.foundNoRate && !$0.isEmpty })?.search {
      warnings.append(.noRate(roundsWithoutRate, of: rounds.count, obstacle: last.obstacle))
    }
    let bound = rounds.count { $0.search?.limit == .client }
    if bound > 0 { warnings.append(.clientBound(bound, of: rounds.count)) }
    return warnings
  }
}

extension Verification {
  fileprivate var warnings: [SuiteWarning] {
    switch self {
    case .full: []
    case .length: [.lengthOnly]
    case .off: [.unverified]
    }
  }
}
