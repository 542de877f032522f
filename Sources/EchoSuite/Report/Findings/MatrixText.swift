internal import EchoIO

/// The marks of verdicts, which stand before a ratio so that it is never colour alone that says it.
struct VerdictSymbols: Equatable, Sendable {
  let better: String
  let worse: String
  let tie: String
  let undecided: String
  let invalid: String

  static let unicode = VerdictSymbols(
    better: "▲", worse: "▼", tie: "≈", undecided: "?", invalid: "✕")
  static let ascii = VerdictSymbols(
    better: "^", worse: "v", tie: "~", undecided: "?", invalid: "x")

  subscript(verdict: Verdict) -> String {
    switch verdict {
    case .better: better
    case .worse: worse
    case .tie: tie
    case .undecided: undecided
    }
  }
}

extension RatioMatrix {
  /// `▲ 1.72`; of the reference its figure; else why there is none.
  func text(_ cell: Cell, _ symbols: VerdictSymbols) -> String {
    switch cell.state {
    case .compared:
      guard let outcome = cell[metric] else { return "\(symbols.undecided) –" }
      return "\(symbols[outcome.verdict]) \(outcome.ratio.map(ratioFigure) ?? "–")"
    case .reference, .uncompared: return figure(cell, metric) ?? "–"
    case .invalid: return "\(symbols.invalid) INVALID"
    case .failed, .unavailable, .pending: return cell.summary?.statusText ?? "–"
    case .missing: return "–"
    }
  }

  /// `93.7 k`, `28.6 µs`; nil where it is unknown.
  func figure(_ cell: Cell, _ metric: Metric) -> String? {
    cell.summary?[metric].map { shortFigure($0.value, metric) }
  }

  /// Above its ratios: `× threads in messages/s`.
  var ratioTitle: String { "× \(reference ?? "–") in \(metric.figure)" }
}

/// Three digits and a unit, for where there is little room.
func shortFigure(_ value: Double, _ metric: Metric) -> String {
  metric.unit == "ns" ? brief(nanoseconds: value) : brief(value)
}
