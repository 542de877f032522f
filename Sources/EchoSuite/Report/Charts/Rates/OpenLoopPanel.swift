internal import EchoIO

/// What became of the servers of one situation as more and more was offered to them.
struct OpenLoopPanel: Equatable, Sendable {
  let heading: String
  let servers: [Server]

  struct Server: Equatable, Sendable {
    let name: String
    /// By rising rates, those that were measured.
    let points: [Point]
    /// Why there are none: `INVALID`; nil where there are some.
    let status: String?

    /// The highest rate that was kept; nil where none was.
    var highest: Int? { points.filter(\.isKept).map(\.rate).max() }
    /// The lowest of those above that were not; nil where all were kept.
    var missed: Int? { points.filter { !$0.isKept && $0.rate > highest ?? 0 }.map(\.rate).min() }
  }

  struct Point: Equatable, Sendable {
    let rate: Int
    /// Response times in nanoseconds; nil where too few samples lie above.
    let p50: Double?
    let p99: Double?
    /// Whether as much came back as was offered, but for chance.
    let isKept: Bool
  }

  /// Rates that any of them was measured at, rising.
  var rates: [Int] { servers.flatMap(\.points).map(\.rate).uniqued.sorted() }

  /// Of all situations in which rows differ in what is offered.
  static func all(_ result: SuiteResult) -> [OpenLoopPanel] {
    let situations = Situations(result)
    let rows = result.summaries.filter { $0.scenario.load.rate != nil }
    return rows.map { Key($0.scenario) }.uniqued.compactMap { key in
      let own = rows.filter { Key($0.scenario) == key }
      let servers = own.map(\.scenario.server.name).uniqued.map { name in
        server(name, own.filter { $0.scenario.server.name == name })
      }
      let panel = OpenLoopPanel(heading: situations.heading(key), servers: servers)
      return panel.rates.count > 1 ? panel : nil
    }
  }

  /// What is the same in a panel: all but the rate.
  fileprivate struct Key: Hashable {
    var load: Load
    let client: Client?

    init(_ scenario: Scenario) {
      (load, client) = (scenario.load, scenario.client)
      load.rate = nil
    }
  }

  private static func server(_ name: String, _ rows: [Summary]) -> Server {
    let rates = rows.compactMap(\.scenario.load.rate).uniqued.sorted()
    let fitting = rates.compactMap { rate in
      rows.filter { $0.scenario.load.rate == rate }.fitting
    }
    let points = fitting.compactMap { row -> Point? in
      guard let rate = row.scenario.load.rate, let isKept = row.keptRate else { return nil }
      return Point(
        rate: rate, p50: row[.p50]?.value, p99: row[.p99]?.value, isKept: isKept)
    }
    let unmeasured = fitting.first { $0.status != .measured }?.statusText
    return Server(name: name, points: points, status: points.isEmpty ? unmeasured ?? "–" : nil)
  }
}

extension Situations {
  /// All that tells one panel from another.
  fileprivate func heading(_ key: OpenLoopPanel.Key) -> String {
    let others = zip(axes, self[key.load].values).filter { axis, _ in
      ![LoadAxis.engine.name, LoadAxis.rate.name].contains(axis.name)
    }.map { axis, argument in axis.words(argument) }
    let engine = key.load.engine.rawValue
    let client = "\(engine.prefix(1).uppercased())\(engine.dropFirst()) client"
    let driver = key.client.map { ["driven by \($0.name)"] } ?? []
    return ([client] + others + driver).joined(separator: ", ")
  }
}

extension OpenLoopPanel.Server {
  /// `keeps 32,000/s, not 51,000/s`.
  var words: String {
    if let status { return status }
    let above = missed.map { "\(grouped($0))/s" }
    guard let highest else { return "keeps not even \(above ?? "the lowest")" }
    return "keeps \(grouped(highest))/s" + (above.map { ", not \($0)" } ?? "")
  }
}
