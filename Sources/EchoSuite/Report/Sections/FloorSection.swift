internal import EchoIO

/// How far each server is from what this machine takes at least, and where its CPU time goes.
struct FloorSection {
  let result: SuiteResult
  /// What a message costs a scenario's server in calls; nil where nobody counted.
  var anatomy: (Scenario) -> Anatomy? = { _ in nil }

  /// Nothing where the machine's floor is not known: earlier results have none.
  var blocks: [Document.Block] {
    guard let floor else { return [] }
    let tables = Engine.allCases.flatMap { engine in table(rows(engine, floor), engine) }
    return tables.isEmpty ? [] : explanation + [.paragraph(model(floor))] + tables
  }

  /// What the floor is, without the tables.
  var explanation: [Document.Block] {
    guard let floor else { return [] }
    return [.heading("Distance from the floor", level: 2), .paragraph(introduction(floor))]
  }

  /// It is that of loopback TCP.
  private var floor: Floor? {
    result.machine.network.kind == .loopback ? result.machine.floor : nil
  }

  /// A server under a load.
  private struct Row: Sendable {
    let summary: Summary
    let distance: FloorDistance
    let model: FloorModel?
  }

  private func rows(_ engine: Engine, _ floor: Floor) -> [Row] {
    shown.filter { $0.scenario.load.engine == engine }.compactMap { summary in
      guard let distance = result.distanceFromFloor(summary) else { return nil }
      return Row(
        summary: summary, distance: distance,
        model: result.floorModel(summary, anatomy(summary.scenario)))
    }
  }

  /// A row for each server and load: with the smallest buffer that the message fits, else the largest.
  private var shown: [Summary] {
    let measured = result.summaries.filter { $0.status == .measured && $0.scenario.client == nil }
    var best: [Scenario: Summary] = [:]
    for summary in measured {
      let key = summary.scenario.withoutBuffer
      let isBest = best[key].map { summary.scenario.fitsBetter(than: $0.scenario) } ?? true
      if isBest { best[key] = summary }
    }
    return measured.filter { best[$0.scenario.withoutBuffer]?.scenario == $0.scenario }
  }

  private func introduction(_ floor: Floor) -> Text {
    """
    \(strong: "Floor's share"): what a message costs any server here, half of a round trip over \
    loopback TCP in one thread, which nobody has to wake: one receive and one send of that size. \
    \(strong: "×"): how many times that a message costs this one. Measured before the first trial, as \
    medians of \(plural(floor.repetitions, "repetition")): a system call \
    \(floor.systemCall.microseconds), each KiB \(floor.perKiB.microseconds), \(wakeUps(floor)).
    """
  }

  private func wakeUps(_ floor: Floor) -> String {
    let places = [
      floor.wakeUpSameCPU.map { "\($0.cost.microseconds) on one CPU" },
      floor.wakeUpOtherCPU.map { "\($0.cost.microseconds) from one CPU to another" },
    ].compactMap { $0 }
    if !places.isEmpty { return "a wake-up \(places.joined(separator: " and "))" }
    let reasons = floor.unavailable.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
    return "a wake-up unavailable (\(reasons.first ?? "not measured"))"
  }

  /// What the model is, or why there is none.
  private func model(_ floor: Floor) -> Text {
    if floor.wakeUp == nil { return "What a wake-up costs is not known, so there is no model." }
    guard hasModels(floor) else {
      return """
        How many system calls a message takes was not counted (\(code: "--anatomy")), so nothing is said \
        of what the rest goes into.
        """
    }
    return """
      The rest is taken apart by a model. \(strong: "Calls"): system calls per message, each at the cost \
      of the cheapest. \(strong: "Wake-ups"): as often as the server's threads slept, at the cheaper \
      of the two costs. \(strong: "Bytes"): the floor's share without its two calls, which is TCP and \
      the copies. \(strong: "Not explained"): what calls do beyond entering the kernel, and the \
      server's own code. More than 100 % is a server that saves some of it, by serving \
      several messages at once.
      """
  }

  private func hasModels(_ floor: Floor) -> Bool {
    Engine.allCases.contains { rows($0, floor).contains { $0.model != nil } }
  }

  private func table(_ rows: [Row], _ engine: Engine) -> [Document.Block] {
    guard !rows.isEmpty else { return [] }
    let axes = Column.axes(of: rows.map(\.summary)).map { $0.of(\Row.summary) }
    let isModelled = rows.contains { $0.model != nil }
    let sentences = dominance(rows)
    return [
      .paragraph("With the \(engine.rawValue) client:"),
      .table(
        Table(
          rows, Self.names + axes + Self.distance + (isModelled ? Self.terms : []))),
    ] + (sentences.isEmpty ? [] : [.list(sentences)])
  }

  private static let names: [Column<Row>] = [Column<Summary>.module, .bufferSize, .messageSize].map
  {
    $0.of(\.summary)
  }

  private static let distance: [Column<Row>] = [
    Column(Metric.serverCPU.title, value: \.distance.measured, format: microseconds),
    Column("Floor's share µs", value: \.distance.share, format: microseconds),
    Column("×", value: \.distance.ratio, format: { fixed($0, 1) }),
  ]

  private static let terms: [Column<Row>] = [
    Column("Calls µs", value: { $0.model?.calls }, format: microseconds),
    Column("Wake-ups µs", value: { $0.model?.wakeUps }, format: microseconds),
    Column("Bytes µs", value: { $0.model?.bytes }, format: microseconds),
    Column("Not explained µs", value: { $0.model?.unexplained }, format: microseconds),
    Column("Explained", value: { $0.model?.explained }, format: percent),
  ]

  /// A sentence for each server and what dominates there, where the model explains enough of it.
  private func dominance(_ rows: [Row]) -> [Text] {
    var sentences: [Text] = []
    for name in rows.map(\.summary.scenario.server.name).uniqued {
      let own = rows.filter { $0.summary.scenario.server.name == name }
      for term in FloorModel.Term.allCases {
        let shares = own.compactMap(\.model).filter { $0.dominant == term }.map {
          $0[term] / $0.measured
        }
        guard let least = shares.min(), let most = shares.max() else { continue }
        let range =
          percent(least) == percent(most) ? percent(most) : "\(whole(least)) to \(percent(most))"
        sentences.append(
          """
          \(code: name): \(term.dominates), \(range) of what a message costs it, in \(shares.count) \
          of its \(plural(own.count, "row")); the model explains more than \
          \(percent(FloorModel.enough)) there.
          """)
      }
    }
    return sentences
  }
}

@Sendable private func microseconds(_ nanoseconds: Double) -> String {
  fixed(nanoseconds / 1000, 2)
}

@Sendable private func percent(_ share: Double) -> String { "\(whole(share)) %" }

private func whole(_ share: Double) -> String { fixed(100 * share, 0) }

extension Floor.Cost {
  /// `0.10 µs`: with as many decimals as there is anything to see.
  fileprivate var microseconds: String {
    "\(fixed(nanoseconds / 1000, nanoseconds < 1000 ? 3 : 2)) µs"
  }
}

extension FloorModel.Term {
  fileprivate var dominates: String {
    switch self {
    case .calls: "system calls dominate"
    case .wakeUps: "wake-ups dominate"
    case .bytes: "moving the bytes dominates"
    }
  }
}

extension Scenario {
  /// What is the same of rows that differ in their buffers.
  fileprivate var withoutBuffer: Scenario {
    Scenario(
      server: Server(
        name: server.name, kind: server.kind, threads: server.threads, cpus: server.cpus),
      load: load, clientCPUs: clientCPUs)
  }
}
