internal import EchoIO

/// `report.csv`: a line per scenario, raw: bytes, nanoseconds, messages per second.
struct CSVReport {
  let result: SuiteResult

  var text: String {
    Table(
      result.summaries + result.unverified,
      Self.names + figures(.throughput) + Self.interval + axes + Self.rounds
        + figures(.cost) + Self.outcome + figures(.server) + Self.circumstances
        + figures(.utilisation) + anatomy,
      unknown: ""
    ).csv
  }

  private func figures(_ group: Metric.Group) -> [Column<Summary>] {
    Metric.all.filter { $0.group == group }.map { metric in
      Column(metric.key, value: { $0[metric]?.value }, format: metric.rawText)
    }
  }

  /// The load, but for the size: in the order of earlier versions, what came since behind.
  private var axes: [Column<Summary>] {
    let first: [LoadAxis] = [.engine, .verification, .workers, .connections]
    let known = Set((first + [.size]).map(\.name))
    return (first + LoadAxis.all.filter { !known.contains($0.name) }).map { axis in
      Column(
        axis.name.replacing("-", with: "_"),
        value: { Self.isKnown(axis, of: $0.scenario) ? $0.scenario.load : nil },
        format: axis.argument)
    }
  }

  /// Nobody knows what another client verifies; a rate that is searched is no part of the load, and stands
  /// in a column of its own.
  private static func isKnown(_ axis: LoadAxis, of scenario: Scenario) -> Bool {
    switch axis.name {
    case LoadAxis.verification.name: scenario.client == nil
    case LoadAxis.rate.name: scenario.load.findRate == nil
    default: true
    }
  }

  /// What a message costs the row's server; no columns where that was not counted.
  private var anatomy: [Column<Summary>] {
    guard result.plan.countsAnatomy else { return [] }
    let anatomies = result.anatomies
    let figures: [(String, Int, @Sendable (Anatomy) -> Double?)] = [
      ("anatomy_calls_per_message", 3, { $0.callsPerMessage }),
      ("anatomy_bytes_per_read", 1, { $0.reads?.bytesPerCall }),
      ("anatomy_bytes_per_write", 1, { $0.writes?.bytesPerCall }),
      ("anatomy_voluntary_switches_per_message", 4, { $0.voluntarySwitches }),
      ("anatomy_involuntary_switches_per_message", 4, { $0.involuntarySwitches }),
      ("anatomy_migrations_per_message", 4, { $0.migrations }),
      ("anatomy_minor_faults_per_message", 4, { $0.minorFaults }),
      ("anatomy_instructions_per_message", 1, { $0.instructions }),
    ]
    return figures.map { name, digits, value in
      Column(
        name, value: { anatomies.anatomy(for: $0.scenario).flatMap(value) },
        format: { fixed($0, digits) })
    } + [Column("anatomy_calls", value: { anatomies.anatomy(for: $0.scenario)?.callList })]
  }

  private static let names: [Column<Summary>] = [
    Column("module", value: \.scenario.server.name),
    Column("buffer_bytes", value: \.scenario.server.bufferBytes),
    Column("message_bytes", value: \.scenario.load.size.bytes),
  ]

  /// Of the first figure, or the rate that holds.
  private static let interval: [Column<Summary>] = [
    Column(
      "interval_lower", value: { $0.throughput?.interval?.lower },
      format: Metric.headline.rawText),
    Column(
      "interval_upper", value: { $0.throughput?.interval?.upper },
      format: Metric.headline.rawText),
    Column(
      "interval_coverage", value: { $0.throughput?.interval?.coverage },
      format: { fixed($0, 4) }),
  ]

  private static let rounds: [Column<Summary>] = [
    Column("status", value: \.status.rawValue),
    Column("rounds", value: { $0.rounds.isEmpty ? nil : $0.rounds.count }),
  ]

  private static let outcome: [Column<Summary>] = [
    Column("bottleneck", value: \.bottleneck?.word),
    Column("served", value: \.connections?.served),
  ]

  private static let circumstances: [Column<Summary>] = [
    Column("server_cpus", value: \.scenario.server.cpus),
    Column("client_cpus", value: \.scenario.clientCPUs),
    Column("disturbed_rounds", value: \.disturbedRounds),
    Column("reasons", value: { $0.reasons.joined(separator: "; ") }),
    Column("client", value: { $0.scenario.clientName }),
  ]
}

extension Summary {
  /// How fast it was.
  fileprivate var throughput: Estimate? { self[.throughput(of: scenario.load)] }
}
