internal import EchoIO

/// `report.html`: a whole suite as one page, which needs nothing beside itself and no network.
struct Page {
  private let result: SuiteResult
  private let table: PageTable
  private let style: String

  init(_ result: SuiteResult) {
    self.result = result
    table = PageTable(result)
    style = PageStyle.sheet(table.rows.axes)
  }

  var text: String { Self.doctype + markup.withoutOptionalTags + "\n" }

  var markup: Markup {
    Markup("html", ["lang": "en", "data-suite": result.plan.name]) {
      head
      "\n"
      body
    }
  }

  /// What a page begins with, by which its file is known again.
  static func start(suite: String) -> String {
    doctype + Markup("html", ["lang": "en", "data-suite": suite]) {}.text.dropLast("</html>".count)
  }

  static let doctype = "<!DOCTYPE html>\n"

  private static let script = String(decoding: PackageResources.page_js, as: UTF8.self)

  private var head: Markup {
    let policy = ContentPolicy(style: style, script: Self.script)
    return Markup("head") {
      Markup.void("meta", ["charset": "utf-8"])
      Markup.void("meta", ["http-equiv": "Content-Security-Policy", "content": policy.text])
      Markup.void(
        "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      Markup.void("meta", ["name": "color-scheme", "content": "light dark"])
      Markup("title") { "\(result.plan.name) – echobench" }
      Markup("style", source: style)
    }
  }

  private var body: Markup {
    Markup("body") {
      Markup("a", ["class": "skip", "href": "#situation"]) { "To the table" }
      Markup("header") {
        Markup("p", ["class": "brand"]) { "echobench" }
        Markup(TitleSection(result: result).blocks)
        Markup("p", ["class": "muted"]) { Markup(MachineSection(result: result).line) }
      }
      Markup("main") {
        FindingCards(findings: Findings(result)).markup
        pictures
        situation
        rest
      }
      Markup("footer") {
        Markup("p") {
          "Made by "
          Markup("code") { "echobench report" }
          " from the files of the suite: the same files give the same page. Every figure is in"
          " report.csv and report.json."
        }
      }
      Markup("script", source: Self.script)
    }
  }

  private var pictures: [Markup] {
    Pictures(result).sections.map { section in
      Markup("section", ["id": section.id, "aria-labelledby": "\(section.id)-heading"]) {
        Markup("h2", ["id": "\(section.id)-heading"]) { section.heading }
        if let introduction = section.introduction {
          Markup("p", ["class": "muted"]) { Markup(introduction) }
        }
        Markup("div", ["class": "pictures"]) {
          section.figures.map { Markup.figure($0, at: place($0)) }
        }
        Markup("div", ["class": "legend"]) { Markup(section.after) }
        "\n"
      }
    }
  }

  /// Where the picker finds it: of each axis of the table its value, or `-` for all of them. Nil of a picture
  /// that is of all situations.
  private func place(_ figure: Figure) -> String? {
    guard !figure.situation.isEmpty else { return nil }
    let values = Dictionary(
      zip(Situations(result).outer.map(\.name), figure.situation), uniquingKeysWith: { $1 })
    return table.rows.axes.map { axis in
      let place = axis.values.firstIndex { $0.argument == values[axis.name] }
      return place.map { "\($0)" } ?? "-"
    }.joined(separator: " ")
  }

  // MARK: - The table

  private var situation: Markup {
    Markup("section", ["id": "situation", "aria-labelledby": "situation-heading"]) {
      Markup("h2", ["id": "situation-heading"]) { "Your situation" }
      Markup("p", ["class": "muted"]) {
        "Pick what resembles your own case. A row opens to its rounds, its bottleneck, its notes and"
        " the commands that repeat it."
      }
      Picker(rows: table.rows).markup
      Markup("p", ["id": "count", "role": "status"]) { plural(table.rows.rows.count, "row") }
      table.markup
      Markup("div", ["class": "legend"]) { Markup("p") { Markup(legend(table.rows)) } }
      explanations
      commands
      "\n"
    }
  }

  @MarkupBuilder private var explanations: Markup {
    if !causes.isEmpty {
      Markup("h3") { "What the bottlenecks mean" }
      Markup("p", ["class": "notes"]) {
        "Beside one stands how much of the machine was idle, and how busy the busiest threads of server"
          + " and client were."
      }
      Markup("ul", ["class": "notes"]) {
        causes.map { cause in
          Markup("li", ["id": "cause-\(cause.rawValue)"]) { cause.explanation }
        }
      }
    }
    if !notes.isEmpty {
      Markup("h3") { "What the notes mean" }
      Markup("ul", ["class": "notes"]) {
        notes.map { warning in
          Markup("li", ["id": "note-\(warning.kind)"]) { Markup(warning.explanation) }
        }
      }
    }
  }

  private var commands: Markup {
    Markup("details", ["id": "commands"]) {
      Markup("summary") { "Commands that repeat a row" }
      Markup("p") { "In one shell the server:" }
      list(table.rows.servers, of: "server")
      Markup("p") { "and in another the client:" }
      list(table.rows.clients, of: "client")
    }
  }

  private func list(_ commands: [String], of program: String) -> Markup {
    Markup("ol") {
      commands.enumerated().map { index, command in
        Markup("li", ["id": "\(program)-\(index + 1)"]) { Markup("code") { command } }
      }
    }
  }

  private func legend(_ rows: PageRows) -> Text {
    let unit = Set(result.summaries.map { $0.scenario.load.rate == nil })
    let mixed =
      unit.count > 1 ? " Of a row with an offered rate it is p50, of others Messages/s." : ""
    return """
      Graphics: Messages/s with their 95 % interval, and CPU per message (kernel, then the server's own \
      code), from 0 to the most of that situation; p50 to p99 on a logarithmic scale. \
      \(strong: "× \(rows.reference ?? "reference")"): ratio in the same rounds, at the smallest buffer \
      that the message fits: ▲ better, ▼ worse, ≈ tie, ? undecided.\(mixed)
      """
  }

  /// Those that rows have or may have.
  private var causes: [Bottleneck.Cause] {
    let all = result.summaries.flatMap { $0.bottleneck?.causes ?? [] }
    return Bottleneck.Cause.allCases.filter(all.contains)
  }

  /// One of each kind of warning that occurs.
  private var notes: [SuiteWarning] {
    let all = result.summaries.flatMap { $0.warnings(of: result.plan) }
    return Dictionary(grouping: all, by: \.kind).sorted { $0.key < $1.key }
      .compactMap(\.value.first)
  }

  // MARK: - What stands behind it

  @MarkupBuilder private var rest: Markup {
    section("unverified-rows", UnverifiedSection(result: result).blocks.map(closed))
    section("method", method)
    section("machine", MachineSection(result: result).blocks)
  }

  /// Figures of single rows are in the table's.
  private var method: [Document.Block] {
    MethodSection(result: result).blocks + [.list(Footnotes(result: result).meanings)]
      + lowered(ComparisonSection(result: result).blocks)
      + lowered(AnatomySection(result: result).blocks)
      + lowered(FloorSection(result: result).explanation)
  }

  /// A table of many rows opens for who wants it; its story is told by a picture.
  private func closed(_ block: Document.Block) -> Document.Block {
    if case .table = block { .details("All rows", [block]) } else { block }
  }

  /// One level down, and without its tables.
  private func lowered(_ blocks: [Document.Block]) -> [Document.Block] {
    blocks.compactMap { block in
      switch block {
      case .table: nil
      case .heading(let words, let level): .heading(words, level: level + 1)
      default: block
      }
    }
  }

  @MarkupBuilder private func section(_ id: String, _ blocks: [Document.Block]) -> Markup {
    if !blocks.isEmpty {
      Markup("section", ["id": id]) {
        Markup(blocks)
        "\n"
      }
    }
  }
}
