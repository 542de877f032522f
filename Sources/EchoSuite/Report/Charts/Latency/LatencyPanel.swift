internal import EchoIO
internal import Foundation

/// The latencies of the servers of one situation, at the first value of the axis within it.
struct LatencyPanel: Equatable, Sendable {
  /// `Event client, 1000 B messages`.
  let heading: String
  let kind: LatencyKind
  let lines: [Line]

  /// A server's.
  struct Line: Equatable, Sendable {
    let server: String
    let isReference: Bool
    let ladder: LatencyLadder
    /// Whether it is coloured and named; the others are there to compare with.
    fileprivate(set) var isNamed = false
  }

  /// Those that are named, the lowest at their end first, and those that are not.
  var named: [Line] { lines.filter(\.isNamed) }
  var unnamed: [Line] { lines.filter { !$0.isNamed } }

  /// Nil without a line. Of several kinds of time, as in a suite of both loops, it has the one of its
  /// first line.
  init?(heading: String, _ lines: [Line]) {
    guard let kind = lines.first?.ladder.kind else { return nil }
    self.heading = heading
    self.kind = kind
    var lines = lines.filter { $0.ladder.kind == kind }
    let told = Self.told(lines)
    for index in lines.indices { lines[index].isNamed = told.contains(lines[index].server) }
    self.lines = lines
  }

  /// Few enough are all named; of more the reference, those with the least and the most of half and of 99
  /// of 100 messages, and the one that is least like the reference.
  private static func told(_ lines: [Line]) -> Set<String> {
    guard lines.count > mostNamed else { return Set(lines.map(\.server)) }
    let reference = lines.first(where: \.isReference)
    var told = Set([reference?.server].compactMap { $0 })
    for percentile in [50.0, 99] {
      let times = lines.compactMap { line in line.ladder[percentile].map { (line.server, $0) } }
      if let least = times.min(by: { $0.1 < $1.1 }) { told.insert(least.0) }
      if let most = times.max(by: { $0.1 < $1.1 }) { told.insert(most.0) }
    }
    guard let from = reference ?? lines.first else { return told }
    let distances = lines.map { ($0.server, $0.ladder.distance(from: from.ladder)) }
    if let farthest = distances.max(by: { $0.1 < $1.1 }) { told.insert(farthest.0) }
    return told
  }

  /// As many as there are colours for.
  static let mostNamed = 7
}

extension LatencyPanel {
  /// Of every situation that has latencies.
  static func all(_ result: SuiteResult) -> [LatencyPanel] {
    let situations = Situations(result)
    let measured = result.summaries.filter { $0.status == .measured }
    let references = Set(
      result.comparisons.filter { $0.subject == .servers }.map(\.reference.scenario))
    return situations.panels(of: measured.map(\.scenario)).compactMap { situation in
      let own = measured.filter { situations.panel(of: $0.scenario) == situation }
      let places = own.compactMap { situations.place(of: $0.scenario.load) }
      guard let first = situations.inner == nil ? nil : places.min() else {
        return panel(own, situation.heading, references)
      }
      let rows = own.filter { situations.place(of: $0.scenario.load) == first }
      let value = situations.inner.map { [$0.words($0.values[first].argument)] } ?? []
      return panel(rows, ([situation.heading] + value).joined(separator: ", "), references)
    }
  }

  private static func panel(
    _ rows: [Summary], _ heading: String, _ references: Set<Scenario>
  ) -> LatencyPanel? {
    let servers = rows.map(\.scenario.server.name).uniqued
    return LatencyPanel(
      heading: heading,
      servers.compactMap { server in
        guard
          let row = rows.filter({ $0.scenario.server.name == server }).fitting,
          let ladder = LatencyLadder(row)
        else { return nil }
        return Line(
          server: server, isReference: references.contains(row.scenario), ladder: ladder)
      })
  }
}

extension Situations {
  /// Of a load's value among those of the inner axis; nil where there is no such axis.
  fileprivate func place(of load: Load) -> Int? {
    innerValue(of: load).flatMap { value in inner?.values.firstIndex(of: value) }
  }
}

extension LatencyLadder {
  /// How far it is from another one on a logarithmic axis: the mean over the percentiles that both have.
  fileprivate func distance(from other: LatencyLadder) -> Double {
    let factors = steps.compactMap { step in
      other[step.percentile].map { abs(log(max(1, Double(step.nanoseconds)) / max(1, Double($0)))) }
    }
    return factors.isEmpty ? 0 : factors.reduce(0, +) / Double(factors.count)
  }
}
