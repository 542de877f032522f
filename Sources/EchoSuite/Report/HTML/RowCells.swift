internal import EchoIO

/// The cells of a row that are read first.
struct RowCells {
  let row: PageRow
  let plan: Plan

  private var summary: Summary { row.summary }
  private var graphics: CellGraphics { CellGraphics(row: row) }

  /// Its name, and how it was told to be where that tells it from others of the name.
  var server: Markup {
    let server = summary.scenario.server
    let sockets = server.sockets?.labels ?? []
    let threads = server.threads.map { [plural($0, "thread")] } ?? []
    let details = (isAmbiguous(\.threads) ? threads : []) + (isAmbiguous(\.sockets) ? sockets : [])
    return Markup("th", ["scope": "row"]) {
      server.name
      if !details.isEmpty { Markup("small") { " " + details.joined(separator: ", ") } }
    }
  }

  private func isAmbiguous<Value: Hashable>(_ member: KeyPath<Server, Value>) -> Bool {
    let servers = plan.scenarios.map(\.server).filter { $0.name == summary.scenario.server.name }
    return Set(servers.map { $0[keyPath: member] }).count > 1
  }

  var buffer: Markup {
    cell(nil) { summary.scenario.server.bufferBytes.map { "\(ByteCount($0))" } ?? "–" }
  }

  /// In the place of figures.
  var reason: Markup {
    Markup("td", ["class": "why", "colspan": "6"]) {
      Markup("b") { summary.status == .invalid ? "✕ INVALID" : summary.statusText }
      if let first = summary.reasons.first { ": " + first }
      if summary.reasons.count > 1 { " (and \(summary.reasons.count - 1) more)" }
    }
  }

  var figures: [Markup] {
    [
      figure("m", summary[.messagesPerSecond].map { brief($0.value) }, graphics.messages),
      ratio,
      figure("c", summary[.serverCPU].map { brief(nanoseconds: $0.value) }, graphics.cpu),
      figure("l", times, graphics.times),
      cell("k") { summary.bottleneck?.brief ?? "–" },
      cell("w") { notes },
    ]
  }

  private func cell(_ kind: String?, @MarkupBuilder _ content: () -> Markup) -> Markup {
    Markup("td", ["class": kind], content)
  }

  private func figure(_ kind: String, _ text: String?, _ graphic: Markup?) -> Markup {
    cell(kind) {
      graphic ?? .none
      text ?? "–"
    }
  }

  private var times: String? {
    guard let p50 = summary[.p50] else { return nil }
    let p99 = summary[.p99].map { brief(nanoseconds: $0.value) } ?? "unknown"
    return "\(brief(nanoseconds: p50.value)) – \(p99)"
  }

  /// The verdict is a word, in whose place the style sheet shows a sign and a colour.
  private var ratio: Markup {
    if row.isReference { return cell("r") { "= 1" } }
    guard let comparison = row.comparison?[.headline(of: summary.scenario.load)] else {
      return cell("r") { "–" }
    }
    return cell("r \(comparison.verdict.word)") {
      comparison.value.map(ratioFigure) ?? "–"
      Markup("small") { ", " + comparison.verdict.word }
    }
  }

  private var notes: String {
    summary.warnings(of: plan).map(\.brief).joined(separator: ", ")
  }
}

extension Bottleneck {
  /// `server or latency` where that is not decided.
  var brief: String {
    guard let candidates else { return word }
    return candidates.count > 2
      ? word : candidates.map(\.rawValue).joined(separator: " or ")
  }

  /// What it may be.
  var causes: [Cause] {
    switch self {
    case .known(let cause): [cause]
    case .undecided(let causes): causes
    }
  }
}

extension Bottleneck.Cause {
  /// What it means, for who does not know the word.
  var explanation: String {
    switch self {
    case .machine: "machine: no idle CPU was left"
    case .server: "server: its busiest thread had no time left"
    case .client: "client: its busiest thread had no time left, and the server might do more"
    case .latency: "latency: CPUs and threads had time left, and messages waited for wake-ups"
    }
  }
}

extension SuiteWarning {
  /// In two or three words; the row's details have the rest.
  var brief: String {
    switch self {
    case .unserved(let served, let total): "\(served)/\(total) served"
    case .rateMissed: "rate missed"
    case .noRate(let none, let rounds, _): "\(none)/\(rounds) no rate"
    case .clientBound(let bound, let rounds): "\(bound)/\(rounds) client-bound"
    case .roundsMissing(let done, let rounds): "\(done)/\(rounds) rounds"
    case .roundsFailed(let failed, let rounds): "\(failed)/\(rounds) failed"
    case .stalled(let stalled, let rounds): "\(stalled)/\(rounds) stalled"
    case .notConverged(let precision, _): "±\(fixed(100 * precision, 0)) %"
    case .disturbed(let rounds, let all): "\(rounds)/\(all) disturbed"
    case .serverUnknown: "usage unknown"
    case .lengthOnly: "length only"
    case .unverified: "not verified"
    case .foreignClient: "not by echobench"
    case .retransmits: "packets lost"
    }
  }
}
