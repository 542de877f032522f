internal import EchoIO

/// A scenario over its rounds: figures, or why there are none.
struct Summary: Codable, Equatable, Sendable {
  let scenario: Scenario
  let name: String
  let status: Status
  /// Sentences that say why there are no figures, each once.
  let reasons: [String]
  /// Nil unless the status is `measured`.
  let figures: Figures?
  /// Bytes that came back per byte sent, up to the connections' half-close and as the median of
  /// the rounds: 1 from an honest server. Nil when no client ran.
  let bytesBackPerByteSent: Double?
  /// Rounds whose best attempt was still disturbed.
  let disturbedRounds: Int

  enum Status: String, Codable, Sendable {
    case measured
    /// In some round the server did not echo what it was sent: there is no figure.
    case invalid
    /// The server or the client could not run.
    case failed
    case unavailable
    /// No trial has run.
    case pending
  }

  enum CodingKeys: String, CodingKey {
    case scenario, name, status, reasons, figures
    case bytesBackPerByteSent = "bytes_received_per_byte_sent"
    case disturbedRounds = "disturbed_rounds"
  }

  /// - Parameter measurements: all attempts at this scenario.
  init(_ scenario: Scenario, _ measurements: [Measurement]) {
    self.scenario = scenario
    name = scenario.name
    let chosen = Dictionary(grouping: measurements, by: \.round).compactMapValues(Self.best)
    let ordered = chosen.sorted { $0.key < $1.key }.map(\.value)
    // What a server did wrong goes before why it did not run.
    var wrongs: [String] = []
    var reasons: [String] = []
    var status = Status.pending
    for measurement in ordered {
      switch measurement.outcome {
      case .ran where measurement.client?.valid == true:
        if status == .pending { status = .measured }
      case .ran:
        status = .invalid
        wrongs += measurement.client?.invalidReasons ?? []
      case .failed(let reason):
        if status != .invalid { status = .failed }
        reasons.append(reason)
      case .unavailable(let reason):
        // One that this machine has run before is not unavailable.
        if status == .measured { status = .failed }
        if status == .pending { status = .unavailable }
        reasons.append(reason)
      }
    }
    self.status = status
    self.reasons = (wrongs + reasons).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    figures =
      status == .measured
      ? Figures(chosen.compactMapValues(\.client), chosen.compactMapValues(\.server)) : nil
    bytesBackPerByteSent =
      Sample(
        ordered.compactMap(\.client?.lifetime).filter { $0.bytesSent > 0 }
          .map { Double($0.bytesBack) / Double($0.bytesSent) }
      )?.median
    disturbedRounds = ordered.count { $0.disturbance?.isGrave == true }
  }

  /// The attempt that stands for a round: the first with a result that was not disturbed, else
  /// the one that was disturbed least; one that saw nothing only when all did. An attempt that
  /// shows the server wrong is never passed over for a quieter one.
  private static func best(of attempts: [Measurement]) -> Measurement? {
    let all = attempts.sorted { $0.attempt < $1.attempt }
    let ordered = all.contains { !$0.isEmpty } ? all.filter { !$0.isEmpty } : all
    if let wrong = ordered.first(where: { $0.client?.valid != true }) { return wrong }
    return ordered.first { $0.disturbance?.isGrave == false }
      ?? ordered.min { ($0.disturbance?.total ?? 0) < ($1.disturbance?.total ?? 0) }
  }
}

extension Summary {
  /// What a reader has to know before comparing the figures.
  func warnings(of plan: Plan) -> [SuiteWarning] {
    guard let figures else { return status == .invalid ? verificationWarnings : [] }
    var warnings = verificationWarnings
    if figures.served < figures.connections {
      warnings.append(.unserved(served: figures.served, total: figures.connections))
    }
    if figures.rounds < plan.rounds {
      warnings.append(.roundsMissing(done: figures.rounds, of: plan.rounds))
    }
    if figures.messagesPerSecond.relativeHalfWidth > SuiteWarning.wantedPrecision {
      warnings.append(.notConverged(halfWidth: figures.messagesPerSecond.relativeHalfWidth))
    }
    if figures.serverCPUByRound.count < figures.rounds {
      warnings.append(
        .serverUnknown(rounds: figures.rounds - figures.serverCPUByRound.count, of: figures.rounds))
    }
    if disturbedRounds > 0 {
      warnings.append(.disturbed(rounds: disturbedRounds, of: figures.rounds))
    }
    return warnings
  }

  private var verificationWarnings: [SuiteWarning] {
    switch scenario.load.verification {
    case .full: []
    case .length: [.lengthOnly]
    case .off: [.unverified]
    }
  }
}
