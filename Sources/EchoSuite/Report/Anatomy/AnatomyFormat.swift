internal import EchoIO
internal import Foundation

/// How `echobench anatomy` prints what it has counted.
public enum AnatomyFormat: String, CaseIterable, Sendable {
  case text, json, markdown

  public func render(_ record: AnatomyRecord) throws -> String {
    switch self {
    case .text: AnatomyText(record: record).text
    case .json: try Self.json(record)
    case .markdown: Document(anatomy: record).markdown
    }
  }

  private static func json(_ record: AnatomyRecord) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(record), as: UTF8.self) + "\n"
  }
}

extension Document {
  fileprivate init(anatomy record: AnatomyRecord) {
    let title = Block.heading("What a message costs \(record.scenario.server.name)", level: 1)
    guard record.anatomy != nil else {
      let reason = record.outcome.reason ?? ""
      self.init(blocks: [title, .paragraph("\(strong: "Not counted"): \(reason)")])
      return
    }
    let columns: [Column<AnatomyRecord>] = [
      Column("Module", .left, value: \.scenario.server.name),
      Column("Message size", value: \.scenario.load.size),
      Column("Engine", .left, value: \.scenario.load.engine.rawValue),
      Column("Connections", value: \.scenario.load.connections),
    ]
    let reasons = AnatomyColumns.reasons(of: [record]).map { Text("\($0).") }
    let sentence = AnatomySentence(records: [record]).text
    self.init(
      blocks: [title] + (sentence.map { [.paragraph($0)] } ?? [])
        + [.table(Table([record], columns + AnatomyColumns.figures(of: [record])))]
        + (reasons.isEmpty ? [] : [.list(reasons)]))
  }
}

/// For people: a figure per line, and why others are not there.
private struct AnatomyText {
  let record: AnatomyRecord

  var text: String {
    let load = record.scenario.load
    let head = [
      ("server", record.scenario.server.name),
      (
        "load",
        "\(plural(load.connections, "connection"))"
          + (load.idle.map { ", \(plural($0, "idle connection"))" } ?? "")
          + ", \(load.size.bytes)-byte messages, \(load.engine.rawValue) client"
      ),
    ]
    let rows = record.anatomy.map(figures) ?? [("not counted", record.outcome.reason ?? "")]
    return (head + rows).map { "\($0.padded(to: Self.width))\($1)\n" }.joined()
  }

  private static let width = 14

  private func figures(_ anatomy: Anatomy) -> [(String, String)] {
    let rows: [(String, String?)] = [
      ("calls", anatomy.callsPerMessage.map { "\(fixed($0, 2)) per message, of \(counted)" }),
      ("", anatomy.callList),
      ("reads", anatomy.reads.map(transfers)), ("writes", anatomy.writes.map(transfers)),
      (
        "switches",
        anatomy.voluntarySwitches.map {
          "\(fixed($0, 2)) voluntary, \(fixed(anatomy.involuntarySwitches ?? 0, 3)) involuntary"
        }
      ),
      ("migrations", anatomy.migrations.map { fixed($0, 3) }),
      ("minor faults", anatomy.minorFaults.map { fixed($0, 3) }),
      ("instructions", anatomy.instructions.map { "\(fixed($0, 0)) in user space" }),
    ]
    let known = rows.compactMap { name, text in text.map { (name, $0) } }
    return known + AnatomyColumns.reasons(of: [record]).map { ("unavailable", $0) }
  }

  private var counted: String { record.messages.map { "\($0)" } ?? "no" }

  /// `1.00 of 1000 bytes, and 1.00 of the 8 bytes of an eventfd`.
  private func transfers(_ transfers: Anatomy.Transfers) -> String {
    let wakes =
      transfers.eights > 0 ? "\(fixed(transfers.eights, 2)) of the 8 bytes of an eventfd" : nil
    let others = transfers.bytesPerCall.map {
      "\(fixed(transfers.calls - transfers.eights, 2)) of \(fixed($0, 0)) bytes"
    }
    return [others, wakes].compactMap { $0 }.joined(separator: ", and ")
  }
}
