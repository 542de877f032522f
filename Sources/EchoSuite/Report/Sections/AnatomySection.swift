internal import EchoIO

/// What a message costs each server, in counts.
struct AnatomySection {
  let result: SuiteResult

  var blocks: [Document.Block] {
    let wanted = result.plan.anatomyScenarios
    guard !wanted.isEmpty else { return [] }
    let records = wanted.compactMap { result.anatomies.record(for: $0) }
    let counted = records.filter { $0.anatomy != nil }
    var blocks: [Document.Block] = [
      .heading("What a message costs", level: 2), .paragraph(Self.explanation),
    ]
    if records.count < wanted.count {
      blocks.append(
        .paragraph("\(strong: "Partial"): \(records.count) of \(wanted.count) were counted."))
    }
    blocks += sentences(counted)
    if !counted.isEmpty {
      blocks.append(.table(Table(counted, columns(of: counted))))
    }
    let notes = AnatomyColumns.reasons(of: counted) + failures(records)
    return blocks + (notes.isEmpty ? [] : [.list(notes.map { Text("\($0).") })])
  }

  private static let explanation: Text = """
    Counted in runs of their own that nobody timed: system calls by a tracer, under which a server waits \
    less often than it may otherwise; switches, migrations and faults without it; all per message. \
    These are a server's own: they depend on how busy it is kept, and hardly on the machine.
    """

  /// A sentence for each load of the smallest size.
  private func sentences(_ counted: [AnatomyRecord]) -> [Document.Block] {
    guard let smallest = counted.map(\.scenario.load.size).min(by: { $0.bytes < $1.bytes }) else {
      return []
    }
    var loads: [Load] = []
    for record in counted where record.scenario.load.size == smallest {
      if !loads.contains(record.scenario.load) { loads.append(record.scenario.load) }
    }
    let items = loads.compactMap { load -> Text? in
      let records = counted.filter { $0.scenario.load == load }
      let name: Text = "\(emphasis: load.labels.joined(separator: ", ")): "
      return AnatomySentence(records: records).text.map { name + $0 }
    }
    return items.isEmpty ? [] : [.list(items)]
  }

  private func columns(of counted: [AnatomyRecord]) -> [Column<AnatomyRecord>] {
    let axes = LoadAxis.all.filter { axis in
      ![LoadAxis.size.name, LoadAxis.engine.name].contains(axis.name)
        && Set(counted.map { axis.argument($0.scenario.load) }).count > 1
    }.map { axis in
      Column<AnatomyRecord>(
        axis.name.prefix(1).uppercased() + axis.name.dropFirst(), value: { $0.scenario.load },
        format: axis.argument)
    }
    return [
      Column("Engine", .left, value: \.scenario.load.engine.rawValue),
      Column("Module", .left, value: \.scenario.server.name),
      Column("Message size", value: \.scenario.load.size),
    ] + axes + AnatomyColumns.figures(of: counted)
  }

  /// Servers of which nothing was counted, each reason once.
  private func failures(_ records: [AnatomyRecord]) -> [String] {
    records.compactMap { record in
      record.outcome.reason.map { "\(record.scenario.server.name): \($0)" }
    }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
