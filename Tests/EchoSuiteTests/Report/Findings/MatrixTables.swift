import EchoIO

@testable import EchoSuite

/// A matrix of made-up verdicts: what sentences are held against.
enum Told: CaseIterable {
  case better, worse, tie, undecided
  /// It could not run, or was not planned.
  case missing
  case invalid

  /// - Parameter place: of the cell in its row: the bound of a tie is 7 % at first, and less elsewhere.
  fileprivate func verdict(at place: Int) -> Verdict? {
    switch self {
    case .better: .better
    case .worse: .worse
    case .tie: .tie(within: place == 0 ? 0.07 : 0.03)
    case .undecided: .undecided
    case .missing, .invalid: nil
    }
  }

  /// All tables of so many cells.
  static func all(cells: Int) -> [[Told]] {
    (0..<cells).reduce([[]]) { tables, _ in
      tables.flatMap { table in allCases.map { table + [$0] } }
    }
  }
}

extension RatioMatrix {
  /// Servers `a`, `b`… against `first`, each with a verdict for each of `sizes` message sizes, by the figure
  /// and by server CPU alike.
  static func telling(
    _ table: [[Told]], metric: Metric = .messagesPerSecond, clientBound: Bool = false
  ) -> RatioMatrix {
    let count = table[0].count
    let texts = ["1000 B", "4 KiB", "64 KiB"].prefix(count)
    let values = texts.map { Situations.Value(argument: $0, text: $0) }
    let words = SituationWords(
      title: "Event client", explanation: nil, axis: LoadAxis.size.name, values: Array(texts))
    let reference = Row(
      server: "first", isReference: true,
      cells: values.map { _ in
        Cell(state: .reference, outcomes: [:], isClientBound: clientBound, summary: nil)
      })
    let rows = zip(["a", "b", "c", "d", "e"], table).map { name, told in
      Row(
        server: name, isReference: false, cells: told.enumerated().map { cell($1, at: $0, metric) })
    }
    return RatioMatrix(
      situation: words, metric: metric, reference: "first", values: values,
      rows: ([reference] + rows).bestFirst(by: metric))
  }

  private static func cell(_ told: Told, at place: Int, _ metric: Metric) -> Cell {
    guard let verdict = told.verdict(at: place) else {
      let state: State = told == .invalid ? .invalid : .missing
      return Cell(state: state, outcomes: [:], isClientBound: false, summary: nil)
    }
    func outcome(_ metric: Metric) -> Outcome {
      let up = metric.better == .higher
      let ratio =
        switch told {
        case .better: up ? 1.5 : 0.5
        case .worse: up ? 0.5 : 1.5
        default: 1.01
        }
      return Outcome(
        verdict: verdict, ratio: ratio,
        interval: Interval(lower: ratio - 0.1, upper: ratio + 0.1, coverage: 0.95))
    }
    return Cell(
      state: .compared,
      outcomes: [metric.key: outcome(metric), Metric.serverCPU.key: outcome(.serverCPU)],
      isClientBound: false, summary: nil)
  }
}

extension Text {
  /// With what follows it.
  static func all(_ item: Findings.Item) -> String {
    ([item.headline, item.sentence.words] + item.details.map(\.words)).joined(separator: " | ")
  }
}
