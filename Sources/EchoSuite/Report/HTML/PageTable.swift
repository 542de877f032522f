internal import EchoIO

/// The table of a page: eight columns that are read first, the axes in which rows differ, and every other
/// figure. All rows are in it; the page's script hides those that are not asked for.
struct PageTable {
  let result: SuiteResult
  let rows: PageRows
  /// Every figure beside those that are read first.
  private let others: [Column<Summary>]

  init(_ result: SuiteResult) {
    self.result = result
    rows = PageRows(result)
    others = Self.others(of: result)
  }

  var markup: Markup {
    Markup("div", ["class": "scroll", "id": "rows"]) {
      CellGraphics.marks
      Markup("table", ["class": "rows"]) {
        Markup("caption", ["class": "unseen"]) {
          "Every server under every load, the best of each situation first"
        }
        Markup("thead") { Markup("tr") { headings } }
        rows.rows.map(body)
      }
    }
  }

  /// Of the rows, with a row of details that closes.
  private func body(_ row: PageRow) -> Markup {
    let marks = [
      row.isReference ? "ref" : nil, row.fits ? nil : "unfit",
    ].compactMap { $0 }.joined(separator: " ")
    return Markup(
      "tbody",
      [
        "class": marks.isEmpty ? nil : marks,
        "data-at": rows.axes.isEmpty
          ? nil : row.places.map { "\($0)" }.joined(separator: " "),
      ]
    ) {
      Markup("tr") { cells(row) }
      Markup("tr") {
        Markup("td", ["colspan": "\(headingCount)"]) {
          RowDetails(result: result, row: row).markup
        }
      }
    }
  }

  // MARK: - Headings

  private var headings: [Markup] {
    let main = [
      ("Messages/s", "m"), (ratioTitle, "r"), ("Server CPU/message", "c"), ("p50 – p99", "l"),
      ("Bottleneck", "k"), ("Notes", "w"),
    ]
    var headings = [heading("Server", "s"), heading("Buffer")]
    headings += rows.axes.map { heading($0.title) }
    headings += main.map { heading($0, $1) }
    return headings + others.map { heading($0.title) }
  }

  /// Those that are always shown: a row has as many cells before the others.
  static let mainCount = 8

  private var headingCount: Int { Self.mainCount + rows.axes.count + others.count }

  private func heading(_ title: String, _ kind: String? = nil) -> Markup {
    Markup("th", ["scope": "col", "class": kind]) { title }
  }

  /// `× threads`, and of what where that is not Messages/s.
  private var ratioTitle: String {
    let isOpen = result.summaries.allSatisfy { $0.scenario.load.rate != nil }
    return (isOpen ? "p50 " : "") + "× \(rows.reference ?? "reference")"
  }

  // MARK: - Cells

  private func cells(_ row: PageRow) -> [Markup] {
    let summary = row.summary
    let cells = RowCells(row: row, plan: result.plan)
    var all = [cells.server, cells.buffer]
    all += zip(rows.axes, row.places).map { axis, place in cell(axis.values[place].text) }
    guard summary.status == .measured else { return all + [cells.reason] }
    all += cells.figures
    return all + others.map { cell($0.text(summary) ?? "–") }
  }

  private func cell(_ text: String) -> Markup { Markup("td") { text } }

  /// Those that any row has.
  private static func others(of result: SuiteResult) -> [Column<Summary>] {
    let shown: Set<Metric> = [.messagesPerSecond, .serverCPU, .p50, .p99]
    let figures = Metric.all.filter { !shown.contains($0) }.map { metric in
      Column<Summary>(metric.title, value: { $0[metric]?.value }, format: metric.text)
    }
    let interval = Column<Summary>(
      "95 % interval", value: { $0.scenario.load.rate == nil ? $0[.headline]?.interval : nil },
      format: { $0.text(Metric.headline.text) })
    let floor = Column<Summary>(
      "× floor's share", value: { result.distanceFromFloor($0)?.ratio }, format: { fixed($0, 1) }
    )
    return ([interval] + figures + [floor, .published]).filter { column in
      result.summaries.contains { column.text($0) != nil }
    }
  }
}
