internal import EchoIO
internal import Foundation

/// What a client reports that takes any bytes as a reply, beside what is echoed and what was published.
struct UnverifiedPictures {
  let result: SuiteResult

  init(_ result: SuiteResult) { self.result = result }

  /// A picture for each message size, under the first engine that has any; nil where nothing ran
  /// unverified.
  var section: PictureSection? {
    let charts = UnverifiedChart.all(UnverifiedSection(result: result))
    guard !charts.isEmpty else { return nil }
    let figures = charts.enumerated().map { index, chart in
      Figure(
        name: "unverified-\(index + 1)", title: "Unverified and echoed, \(chart.heading)",
        description: chart.sentences, caption: "",
        drawing: UnverifiedPlot(chart, charts).drawing)
    }
    return PictureSection(
      id: "unverified", heading: "What happens if nobody looks at the bytes?", figures: figures,
      after: [.paragraph(Text(reading(charts)))])
  }

  private func reading(_ charts: [UnverifiedChart]) -> String {
    let published =
      charts.contains { chart in chart.rows.contains { $0.published != nil } }
      ? " As published: on another machine, in 2020." : ""
    return
      "Messages/s. Reported: what a client counts that takes any bytes as the reply. Echoed: what comes"
      + " back with every byte compared, once the server's fault is repaired. The stretch between them was"
      + " never echoed: replies that were there before their message was sent.\(published)"
  }
}

/// One server's story at one message size: a row for each buffer.
struct UnverifiedChart: Equatable, Sendable {
  let heading: String
  let rows: [Row]

  struct Row: Equatable, Sendable {
    /// The server's buffer.
    let label: String
    /// Messages/s, each nil where it is not known.
    let reported: Double?
    let echoed: Double?
    let published: Double?
    let bytesBack: Double?
  }

  static func all(_ section: UnverifiedSection) -> [UnverifiedChart] {
    let engine = section.rows.first?.scenario.load.engine
    let rows = section.rows.filter { $0.scenario.load.engine == engine }
    let keys = rows.map { Key($0) }.uniqued.sorted { $0.size.bytes < $1.size.bytes }
    return keys.map { key in
      let own = rows.filter { Key($0) == key }.sorted {
        ($0.scenario.server.bufferBytes ?? 0) < ($1.scenario.server.bufferBytes ?? 0)
      }
      return UnverifiedChart(
        heading: "\(key.server), \(key.size) messages", rows: own.map { Row($0, section) })
    }.filter { chart in chart.rows.contains { $0.reported != nil } }
  }

  private struct Key: Hashable {
    let server: String
    let size: ByteCount

    init(_ row: Summary) {
      server = row.scenario.server.name
      size = row.scenario.load.size
    }
  }

  /// All that lie on its axis.
  var values: [Double] {
    rows.flatMap { [$0.reported, $0.echoed, $0.published].compactMap { $0 } }
  }

  var sentences: String {
    let texts = rows.map { row in
      let parts = [
        row.reported.map { "\(brief($0)) reported" }, row.echoed.map { "\(brief($0)) echoed" },
        row.published.map { "\(brief($0)) as published" },
        row.bytesBack.map { "\(fixed($0, 1)) bytes back per byte sent" },
      ]
      return "\(row.label): \(parts.compactMap { $0 }.joined(separator: ", "))"
    }
    return "\(heading), messages per second by server buffer. \(texts.joined(separator: "; "))."
  }
}

extension UnverifiedChart.Row {
  fileprivate init(_ row: Summary, _ section: UnverifiedSection) {
    label = row.scenario.server.bufferBytes.map { "\(ByteCount($0))" } ?? "no buffer"
    reported = row[.messagesPerSecond]?.value
    echoed = section.corrected(row)?[.messagesPerSecond]?.value
    published = PublishedFigures.all.figure(for: row.scenario).flatMap {
      Double($0.replacing(",", with: ""))
    }
    bytesBack = section.bytesBack(row)
  }
}
