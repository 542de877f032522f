internal import EchoIO

/// What changes with more of something, such as connections: small pictures of the same shape, one for
/// each figure.
struct GrowthPictures {
  let result: SuiteResult

  init(_ result: SuiteResult) { self.result = result }

  /// Nil where no axis of numbers has as many values as make a line.
  var section: PictureSection? {
    let situations = Situations(result)
    guard let axis = situations.inner, axis.isGrowing else { return nil }
    let rows = result.summaries.filter { $0.scenario.load.verification != .off }
    let charts = situations.panels(of: rows.map(\.scenario)).flatMap { situation in
      let own = rows.filter { situations.panel(of: $0.scenario) == situation }
      return metrics(own).compactMap { GrowthChart($0, situation, own, situations) }
    }
    guard !charts.isEmpty else { return nil }
    let figures = charts.enumerated().map { index, chart in
      Figure(
        name: "growth-\(index + 1)", title: chart.title, description: chart.sentences, caption: "",
        drawing: GrowthPlot(chart).drawing)
    }
    return PictureSection(
      id: "growth", heading: "What changes with more \(axis.growing)?", figures: figures,
      after: [.paragraph(Text(reading(charts)))])
  }

  private func metrics(_ rows: [Summary]) -> [Metric] {
    let isOpen = rows.allSatisfy { $0.scenario.load.rate != nil }
    return (isOpen ? [.p50] : [.messagesPerSecond])
      + [.serverCPU, .p99, .serverMemoryPerConnection]
  }

  private func reading(_ charts: [GrowthChart]) -> String {
    let hasOthers = charts.contains { $0.lines.contains { $0.paint == .grid } }
    let ends = charts.contains { $0.lines.contains { $0.end != nil } }
    return "Both axes are logarithmic; points are estimates over all rounds."
      + (hasOthers ? " Grey: the other servers." : "")
      + (ends ? " A cross: the server has no figure at the next value, and its tip says why." : "")
  }
}

extension Situations.Axis {
  /// Numbers of something of which there may be more, but for sizes and rates, which have pictures of
  /// their own.
  fileprivate var isGrowing: Bool {
    guard name != LoadAxis.size.name, name != LoadAxis.rate.name else { return false }
    return values.count >= 3 && values.allSatisfy { (Int($0.argument) ?? 0) > 0 }
  }

  /// In a question.
  var growing: String {
    switch name {
    case LoadAxis.pipeline.name: "messages in flight"
    case LoadAxis.workers.name: "client threads"
    default: title.lowercased()
    }
  }
}

/// One figure of all servers over the inner axis.
struct GrowthChart: Equatable, Sendable {
  let title: String
  /// Which situation it is, where there are several.
  let situation: String?
  let metric: Metric
  let axis: Situations.Axis
  let lines: [Line]

  struct Line: Equatable, Sendable {
    let server: String
    let paint: Paint
    /// By the number on the axis, ascending.
    let points: [Spot]
    /// Why there is none at the next value; nil where there is.
    let end: String?

    var isNamed: Bool { paint != .grid }
  }

  struct Spot: Equatable, Sendable {
    let number: Double
    let value: Double
  }

  static let colours: [Paint] = [
    .series1, .series2, .series3, .series4, .series5, .series6, .series7,
  ]

  /// Nil where fewer than two points are known of any server.
  init?(
    _ metric: Metric, _ situation: SituationPanel, _ rows: [Summary], _ situations: Situations
  ) {
    guard let axis = situations.inner else { return nil }
    self.axis = axis
    self.metric = metric
    title = Self.title(metric)
    self.situation = situations.outer.isEmpty ? nil : situation.heading
    let servers = rows.map(\.scenario.server.name).uniqued
    let named = Set(Self.leading(servers, rows))
    var free = Self.colours[...]
    lines = servers.compactMap { server in
      let paint = named.contains(server) ? free.popFirst() ?? .grid : .grid
      let own = rows.filter { $0.scenario.server.name == server }
      return Line(server, paint, metric, own, situations)
    }
    guard lines.contains(where: { $0.points.count >= 2 }) else { return nil }
  }

  private static func title(_ metric: Metric) -> String {
    switch metric {
    case .serverCPU: "Server CPU per message"
    case .serverMemoryPerConnection: "Server memory per connection"
    case .p50, .p99: "\(metric.figure) of a round trip"
    default: metric.title
    }
  }

  /// Those that are told apart by colour: all, or the ones with most messages at any value; the same in
  /// each picture.
  private static func leading(_ servers: [String], _ rows: [Summary]) -> [String] {
    let best = servers.map { server in
      rows.filter { $0.scenario.server.name == server }
        .compactMap { $0[.messagesPerSecond]?.value }.max() ?? 0
    }
    return servers.indices.sorted { best[$0] == best[$1] ? $0 < $1 : best[$0] > best[$1] }
      .prefix(colours.count).map { servers[$0] }
  }

  var sentences: String {
    let texts = lines.map { line in
      let points = line.points.map { "\(brief($0.number)): \(text($0.value))" }
      return "\(line.server) \(points.joined(separator: ", "))"
    }
    let place = situation.map { "\($0): " } ?? ""
    return "\(place)\(title) by \(axis.growing). \(texts.joined(separator: "; "))."
  }

  func text(_ value: Double) -> String {
    switch metric.unit {
    case "ns": brief(nanoseconds: value)
    case "bytes": "\(brief(value / 1024)) KiB"
    default: brief(value)
    }
  }
}

extension GrowthChart.Line {
  /// Nil where nothing is known of it.
  fileprivate init?(
    _ server: String, _ paint: Paint, _ metric: Metric, _ rows: [Summary],
    _ situations: Situations
  ) {
    var points: [GrowthChart.Spot] = []
    var missing: (number: Double, reason: String)?
    for value in situations.inner?.values ?? [] {
      let own = rows.filter { situations.innerValue(of: $0.scenario.load) == value }
      guard let row = own.fitting, let number = Double(value.argument) else { continue }
      if let figure = row[metric]?.value, figure > 0 {
        points.append(GrowthChart.Spot(number: number, value: figure))
      } else if row.status != .measured, missing == nil {
        let reason = row.reasons.first.map { ": \($0)" } ?? ""
        missing = (number, "\(value.text): \(row.statusText)\(reason)")
      }
    }
    guard let last = points.last else { return nil }
    self.init(
      server: server, paint: paint, points: points,
      end: missing.flatMap { $0.number > last.number ? "\(server) at \($0.reason)" : nil })
  }
}
