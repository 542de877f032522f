internal import EchoIO

/// The tables: one for each engine, since the ranking of servers depends on it.
struct ResultSection {
  let result: SuiteResult

  /// The tables alone.
  var tables: [Document.Block] {
    let engines = Engine.allCases.filter { engine in
      result.summaries.contains { $0.scenario.load.engine == engine }
    }
    return engines.flatMap { engine -> [Document.Block] in
      [
        .heading(heading(engine), level: 2),
        .table(ResultTable(result: result).table(engine)),
      ]
    }
  }

  /// The tables, and what their columns and warnings mean.
  var blocks: [Document.Block] { tables + [.list(Footnotes(result: result).items)] }

  private func heading(_ engine: Engine) -> String {
    let connections = counts(\.connections, "connection", engine)
    return switch engine {
    case .blocking:
      "Results with the blocking client (\(connections), a thread each\(alike(engine)))"
    case .event:
      "Results with the event client (\(connections),"
        + " epoll in \(counts(\.workers, "thread", engine))\(alike(engine)))"
    }
  }

  /// What else all loads of an engine have in common, which no column tells: `, pipeline 16`.
  private func alike(_ engine: Engine) -> String {
    let loads = result.plan.scenarios.map(\.load).filter { $0.engine == engine }
    guard let first = loads.first else { return "" }
    var plain = Load(engine: engine, workers: first.workers, connections: first.connections)
    (plain.size, plain.verification) = (first.size, first.verification)
    let labels = first.labels.filter { label in
      !plain.labels.contains(label) && loads.allSatisfy { $0.labels.contains(label) }
    }
    return labels.map { ", \($0)" }.joined()
  }

  /// `1, 5 or 50 connections`.
  private func counts(_ count: KeyPath<Load, Int>, _ noun: String, _ engine: Engine) -> String {
    let loads = result.plan.scenarios.map(\.load).filter { $0.engine == engine }
    let counts = Set(loads.map { $0[keyPath: count] }).sorted()
    guard let most = counts.last else { return "" }
    let others = counts.dropLast().map { "\($0)" }.joined(separator: ", ")
    return (others.isEmpty ? "" : "\(others) or ") + plural(most, noun)
  }
}
