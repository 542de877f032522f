internal import EchoIO

/// What a message costs each server in system calls, by what they are for.
struct CallsPictures {
  let panels: [CallsPanel]

  init(_ result: SuiteResult) {
    panels = CallsPanel.all(result)
  }

  /// A picture for each situation; nil where no calls were counted.
  var section: PictureSection? {
    guard !panels.isEmpty else { return nil }
    let plot = CallsPlot(panels)
    let figures = panels.enumerated().map { index, panel in
      Figure(
        name: "calls-\(index + 1)", title: "System calls per message: \(panel.heading)",
        description: panel.sentences, caption: "", drawing: plot.drawing(panel))
    }
    return PictureSection(
      id: "calls", heading: "Which system calls does a message take?", figures: figures,
      after: [.paragraph(Self.reading)])
  }

  private static let reading: Text = """
    System calls of the server per message, counted in runs that nobody timed. A \(emphasis: "transfer") \
    moves bytes inside the kernel or hands it a ring of requests; to \(emphasis: "wake") is to wake a \
    thread, or to say what to wait for next. What is made for a timer now and then is left out.
    """
}

/// The servers of one situation by the calls that a message takes.
struct CallsPanel: Equatable, Sendable {
  let heading: String
  /// Fewest calls first.
  let rows: [Row]

  struct Row: Equatable, Sendable {
    let server: String
    /// Per message, in the order of ``CallKind``, without those of which there are none.
    let parts: [Part]
    let total: Double

    struct Part: Equatable, Sendable {
      let kind: CallKind
      let calls: Double

      /// `read 1.0`.
      var words: String { "\(kind.word) \(AnatomySentence.count(calls))" }
    }
  }

  static func all(_ result: SuiteResult) -> [CallsPanel] {
    let counted = result.plan.anatomyScenarios.compactMap { scenario in
      result.anatomies.anatomy(for: scenario).flatMap { Row($0, scenario) }.map { (scenario, $0) }
    }
    let situations = Situations(result)
    return situations.panels(of: counted.map(\.0)).map { situation in
      let own = counted.filter { situations.panel(of: $0.0) == situation }
      let value = situations.inner?.values.first { value in
        own.contains { situations.innerValue(of: $0.0.load) == value }
      }
      let rows = own.filter { situations.innerValue(of: $0.0.load) == value }.map(\.1)
      let words = value.flatMap { value in situations.inner?.words(value.argument) }
      return CallsPanel(
        heading: [situation.heading, words].compactMap { $0 }.joined(separator: ", "),
        rows: rows.enumerated().sorted {
          ($0.element.total, $0.offset) < ($1.element.total, $1.offset)
        }
        .map(\.element))
    }
  }

  /// Every row in words.
  fileprivate var sentences: String {
    let parts = rows.map { "\($0.server): \(AnatomySentence.count($0.total)), \($0.words)" }
    return "\(heading). \(parts.joined(separator: "; "))."
  }
}

extension CallsPanel.Row {
  /// Nil where the calls are not known.
  init?(_ anatomy: Anatomy, _ scenario: Scenario) {
    guard let total = anatomy.callsPerMessage else { return nil }
    server = scenario.server.name
    self.total = total
    parts = CallKind.allCases.compactMap { kind in
      anatomy.calls(for: kind).flatMap {
        $0 >= Anatomy.negligible ? Part(kind: kind, calls: $0) : nil
      }
    }
  }

  /// `read 1.0, write 1.0, wait 0.20`.
  fileprivate var words: String { parts.map(\.words).joined(separator: ", ") }
}

extension CallKind {
  /// For a legend.
  var word: String {
    switch self {
    case .read: "read"
    case .write: "write"
    case .transfer: "transfer"
    case .wait: "wait"
    case .rearm: "wake"
    case .other: "other"
    }
  }

  var paint: Paint {
    switch self {
    case .read: .series1
    case .write: .series3
    case .transfer: .series4
    case .wait: .series5
    case .rearm: .series2
    case .other: .tie
    }
  }
}
