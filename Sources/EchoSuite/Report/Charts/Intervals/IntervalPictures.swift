internal import EchoIO

/// Rows over time, where a suite's client reported intervals: of each row its last round that has some.
struct IntervalPictures {
  private let pictures: [IntervalPicture]
  /// Rows that have intervals.
  private let rows: Int

  init(_ result: SuiteResult) {
    let all = result.summaries.compactMap { row -> (Summary, ClientReport)? in
      let reports = row.rounds.compactMap(\.client)
      return reports.last { ($0.intervals?.count ?? 0) > 1 }.map { (row, $0) }
    }
    rows = all.count
    pictures = all.prefix(Self.most).enumerated().compactMap { index, row in
      IntervalPicture(row.1, name: "intervals-\(index + 1)", heading: row.0.scenario.name)
    }
  }

  /// More would be looked at by nobody.
  private static let most = 12

  /// Nil where no trial has intervals.
  var section: PictureSection? {
    guard !pictures.isEmpty else { return nil }
    let shown =
      pictures.count < rows ? " The first \(pictures.count) of \(rows) rows are shown." : ""
    return PictureSection(
      id: "intervals", heading: "What happened over time?", figures: pictures.map(\.figure),
      after: [
        .paragraph(
          Text(
            "Intervals of the last round of a row. Above, messages/s, with a cross where connections"
              + " broke; below, what half and what 99 of 100 messages took at most, on a logarithmic"
              + " axis. A line is broken where too few came back to tell.\(shown)"))
      ])
  }
}
