internal import EchoIO

/// Servers against their reference in one situation: a row for each server, a cell for each value of the
/// axis that varies within it. What sentences are made from, and what a reader may check them by.
struct RatioMatrix: Sendable {
  let situation: SituationWords
  /// What stands for a row of these loads: Messages/s, or p50 in an open loop.
  let metric: Metric
  /// The server that the others are compared with; nil where nothing is compared.
  let reference: String?
  /// Of the inner axis, in its order; one without text where the loads are all one.
  let values: [Situations.Value]
  /// The best first, by the middle of its ratios; those without figures last.
  let rows: [Row]

  struct Row: Sendable {
    let server: String
    let isReference: Bool
    /// As many as there are values.
    let cells: [Cell]
  }

  struct Cell: Sendable {
    let state: State
    /// Against the reference, by metric; empty but where `state` is `compared`.
    let outcomes: [Metric.Key: Outcome]
    /// Nothing in the client kept it busier than it could be.
    let isClientBound: Bool
    /// At the smallest buffer that the message fits; nil where nothing was planned.
    let summary: Summary?

    subscript(metric: Metric) -> Outcome? { outcomes[metric.key] }
  }

  enum State: Equatable, Sendable {
    case compared
    case reference
    /// Measured, and compared with nothing or with another.
    case uncompared
    case invalid, failed, unavailable, pending
    /// Nothing was planned.
    case missing
  }

  /// What is known of a figure against the reference's.
  struct Outcome: Equatable, Sendable {
    let verdict: Verdict
    let ratio: Double?
    let interval: Interval?
  }
}

extension RatioMatrix.Row {
  /// Where it was compared in a figure, by the place of the value.
  func outcomes(_ metric: Metric) -> [(value: Int, outcome: RatioMatrix.Outcome)] {
    cells.indices.compactMap { index in cells[index][metric].map { (index, $0) } }
  }

  func count(_ metric: Metric, _ word: RatioMatrix.Word) -> Int {
    outcomes(metric).count { RatioMatrix.Word($0.outcome.verdict) == word }
  }

  func isAlways(_ word: RatioMatrix.Word, _ metric: Metric) -> Bool {
    count(metric, word) == cells.count
  }

  /// From the least ratio to the greatest, of the places that are asked for.
  func ratios(_ metric: Metric, where isMeant: (Int) -> Bool = { _ in true }) -> ClosedRange<
    Double
  >? {
    let ratios = outcomes(metric).filter { isMeant($0.value) }.compactMap(\.outcome.ratio)
    guard let least = ratios.min(), let most = ratios.max() else { return nil }
    return least...most
  }
}

extension RatioMatrix {
  /// A verdict without its bound.
  enum Word: CaseIterable, Sendable {
    case better, worse, tie, undecided

    init(_ verdict: Verdict) {
      switch verdict {
      case .better: self = .better
      case .worse: self = .worse
      case .tie: self = .tie
      case .undecided: self = .undecided
      }
    }
  }

  /// Those that are compared with the reference somewhere.
  var compared: [Row] { rows.filter { !$0.outcomes(metric).isEmpty } }
}

extension RatioMatrix {
  /// Whether the load and the client of a scenario are of its situation.
  func contains(_ scenario: Scenario) -> Bool {
    rows.contains { row in
      row.cells.contains {
        $0.summary?.scenario.load == scenario.load && $0.summary?.scenario.client == scenario.client
      }
    }
  }
}
