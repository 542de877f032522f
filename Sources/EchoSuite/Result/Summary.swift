internal import EchoIO

/// A scenario over its rounds: an estimate of each metric, or why there is none.
struct Summary: Sendable {
  let scenario: Scenario
  private(set) var status: Status
  /// Sentences that say why there are no figures, or fewer rounds, each once.
  private(set) var reasons: [String]
  /// The attempt that stands for each round that was measured, in their order; none unless the status
  /// is `measured`.
  private(set) var rounds: [Measurement]
  /// Rounds in which the server or the client could not run.
  let failedRounds: Int
  /// Rounds whose whole window passed without a reply: they count as 0/s.
  let stalledRounds: Int
  /// Rounds in which no rate held, where that is searched: they count as 0/s.
  let roundsWithoutRate: Int
  /// Without those that are unknown, or were not asked for.
  private(set) var estimates: [Metric.Key: Estimate] = [:]
  /// Bytes that came back per byte sent, up to the connections' half-close and as the median of
  /// the rounds: 1 from an honest server. Nil when no client ran.
  let bytesBackPerByteSent: Double?
  /// Rounds whose best attempt was still disturbed.
  let disturbedRounds: Int

  enum Status: String, Encodable, Sendable {
    case measured
    /// In some round the server did not echo what it was sent: there is no figure.
    case invalid
    /// The server or the client could not run, in any round that there was.
    case failed
    case unavailable
    /// No trial has run.
    case pending
  }

  /// Every scenario of a plan, in its order: estimated all at once.
  /// - Parameter metrics: those that are wanted; each costs some time in a long suite.
  static func all(
    _ scenarios: [Scenario], _ attempts: Attempts, estimating metrics: [Metric] = Metric.all
  ) -> [Summary] {
    var summaries = scenarios.indices.map {
      Summary(scenarios[$0], attempts.measurements(of: $0))
    }
    summaries.refuseWrongServers()
    let estimates = Metric.byRow(summaries.count, metrics) { metric in
      metric.estimates(summaries.map { $0.series(metric) })
    }
    for index in summaries.indices { summaries[index].estimates = estimates[index] }
    return summaries
  }

  /// Nil where it is unknown.
  subscript(metric: Metric) -> Estimate? { estimates[metric.key] }

  func series(_ metric: Metric) -> Series { metric.series(rounds) }

  /// What it is compared with others by: nothing of a metric that says nothing under this load.
  func comparedSeries(_ metric: Metric) -> Series {
    metric.comparedIn.includes(scenario.load) ? series(metric) : Series(points: [])
  }

  /// Half the width of the interval of what stands for the row, relative to it; nil where there is none.
  var precision: Double? {
    self[.headline(of: scenario.load)]?.precision
  }

  /// Of the server's CPU time, what it was in the kernel: from ticks of 10 ms, of all rounds together. Nil
  /// where it is not known, or no tick was counted.
  var kernelShare: Double? {
    guard let user = self[.serverUser]?.value, let system = self[.serverSystem]?.value,
      user + system > 0
    else { return nil }
    return system / (user + system)
  }

  /// Whether an open loop's rate was kept, as the median of the rounds and but for chance; nil of a
  /// closed loop.
  var keptRate: Bool? {
    guard let kept = self[.rateKept]?.value, let rate = scenario.load.rate,
      let window = Sample(rounds.compactMap { $0.client.map { Double($0.window.duration) } })?
        .median
    else { return nil }
    let due = Double(rate) * window / 1e9
    return scenario.load.isKept(kept * due, of: due, medianOf: rounds.count)
  }

  /// Nil also where nothing kept it: it went as fast as it was asked to, or as its condition allows.
  var bottleneck: Bottleneck? {
    if keptRate == true || scenario.load.findRate != nil { return nil }
    return Bottleneck(
      idle: self[.machineIdle], serverBusiest: self[.serverBusiest],
      clientBusiest: self[.clientBusiest])
  }

  /// The worst of the rounds: fewest served, the slowest and the fastest of all; nil when nothing
  /// was measured, or the client does not tell.
  var connections: ClientReport.Connections? {
    let all = rounds.compactMap(\.connections)
    guard var worst = all.last else { return nil }
    // Which ones is another matter in each round.
    (worst.unserved, worst.slowest) = (nil, nil)
    for round in all {
      worst.served = min(worst.served, round.served)
      worst.slowestMessages = min(worst.slowestMessages, round.slowestMessages)
      worst.fastestMessages = max(worst.fastestMessages, round.fastestMessages)
      worst.fairness = worst.fairness.map { min($0, round.fairness ?? $0) }
    }
    return worst
  }

  /// - Parameter measurements: all attempts at this scenario.
  private init(_ scenario: Scenario, _ measurements: [Measurement]) {
    self.scenario = scenario
    let chosen = Dictionary(grouping: measurements, by: \.round).compactMapValues(Self.best)
    let ordered = chosen.sorted { $0.key < $1.key }.map(\.value)
    (status, reasons) = Self.judge(ordered)
    rounds = status == .measured ? ordered.filter { $0.outcome == .ran } : []
    failedRounds = ordered.count { $0.outcome != .ran }
    stalledRounds = rounds.count(where: \.isEmpty)
    roundsWithoutRate = rounds.count { $0.foundNoRate && !$0.isEmpty }
    bytesBackPerByteSent =
      Sample(ordered.compactMap(\.client?.lifetime.bytesBackPerByteSent))?.median
    disturbedRounds = ordered.count { $0.disturbance?.isGrave == true }
  }

  /// A round that could not run takes nothing from those that could; one that shows the server wrong
  /// takes everything.
  private static func judge(_ rounds: [Measurement]) -> (Status, reasons: [String]) {
    // Where nothing ever came back there is nothing to average.
    let hasReplies = rounds.contains { $0.client?.valid == true }
    let wrong = rounds.filter { $0.isWrong && !($0.isEmpty && hasReplies) }
    let failures = rounds.compactMap(\.outcome.reason)
    let isUnavailable = { (round: Measurement) in
      if case .unavailable = round.outcome { true } else { false }
    }
    let status: Status =
      if !wrong.isEmpty {
        .invalid
      } else if failures.count < rounds.count {
        .measured
      } else if rounds.isEmpty {
        .pending
      } else {
        rounds.allSatisfy(isUnavailable) ? .unavailable : .failed
      }
    // What a server did wrong goes before why it did not run.
    let reasons = wrong.flatMap { $0.client?.invalidReasons ?? [] } + failures
    return (status, reasons.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
  }

  /// The attempt that stands for a round: the first with a result that was not disturbed, else
  /// the one that was disturbed least; one that could not run only when none could, and the last of
  /// these. An attempt that shows the server wrong is never passed over for a quieter one.
  private static func best(of attempts: [Measurement]) -> Measurement? {
    let all = attempts.sorted { $0.attempt < $1.attempt }
    let ordered = all.filter { $0.outcome == .ran }
    if let wrong = ordered.first(where: { $0.isWrong && !$0.isEmpty }) { return wrong }
    return ordered.first { $0.disturbance?.isGrave == false }
      ?? ordered.min { ($0.disturbance?.total ?? 0) < ($1.disturbance?.total ?? 0) } ?? all.last
  }
}

extension [Summary] {
  /// What the command of somebody else counted as replies of a server that this program's own client
  /// finds wrong under the same load is no figure, either.
  fileprivate mutating func refuseWrongServers() {
    let own = Dictionary(
      filter { $0.scenario.client == nil }.map { ($0.scenario, $0) }, uniquingKeysWith: { $1 })
    for index in indices where self[index].scenario.client != nil {
      guard let verified = own[self[index].scenario.drivenByOwn], verified.status == .invalid else {
        continue
      }
      self[index].refuse(verified.reasons)
    }
  }
}

extension Summary {
  fileprivate mutating func refuse(_ reasons: [String]) {
    guard status == .measured else { return }
    status = .invalid
    rounds = []
    self.reasons = reasons.map { "this program's own client: \($0)" }
  }
}

extension Measurement {
  /// The client ran, and has no figure to give.
  fileprivate var isWrong: Bool { outcome == .ran && client?.valid != true }
}
