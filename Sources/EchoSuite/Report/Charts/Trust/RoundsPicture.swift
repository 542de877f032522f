internal import EchoIO

/// Did the machine change? Each row's rounds over the row's own median, all rows together: by round the
/// middle half and nine tenths.
struct RoundsPicture: Equatable, Sendable {
  /// What stands for the rows.
  let metric: Metric
  /// In their order.
  let rounds: [Round]

  struct Round: Equatable, Sendable {
    let number: Int
    /// Of the rows that have it, each over its median.
    let ratios: Sample
  }

  /// Nil where no row has two rounds.
  init?(_ result: SuiteResult) {
    let rows = result.summaries.filter { $0.status == .measured }
    guard let first = rows.first else { return nil }
    let metric = Metric.headline(of: first.scenario.load)
    self.metric = metric
    var byRound: [Int: [Double]] = [:]
    for row in rows where Metric.headline(of: row.scenario.load) == metric {
      let series = row.series(metric)
      guard series.points.count > 1, let median = Sample(series.values)?.median, median > 0 else {
        continue
      }
      for point in series.points { byRound[point.round, default: []].append(point.value / median) }
    }
    rounds = byRound.sorted { $0.key < $1.key }.compactMap { number, ratios in
      Sample(ratios).map { Round(number: number, ratios: $0) }
    }
    guard rounds.count > 1 else { return nil }
  }

  static let reading: Text = """
    \(strong: "Did the machine change?") Each row's rounds over the row's own median, all rows together: the \
    bar is the middle half of them with its median, the line nine tenths. Had the machine become slower or \
    faster, they would drift.
    """

  var figure: Figure {
    Figure(
      name: "trust-rounds", title: "Did the machine change? \(name) by round",
      description: description, caption: "", drawing: drawing)
  }

  private var name: String { metric.comparedAs ?? metric.title }

  private var description: String {
    let medians = rounds.map { ($0.number, $0.ratios.median) }
    let least = medians.min { $0.1 < $1.1 } ?? (1, 1)
    let most = medians.max { $0.1 < $1.1 } ?? (1, 1)
    return "\(name) of the rows over their own medians. The middle row of a round is from"
      + " \(Self.percent(least.1)) (round \(least.0)) to \(Self.percent(most.1)) (round \(most.0)),"
      + " over \(rounds.count) rounds."
  }

  /// Of a ratio: `−6 %`.
  private static func percent(_ ratio: Double) -> String {
    let text = fixed(100 * (ratio - 1), 0)
    let number = text.hasPrefix("-") ? String(text.dropFirst()) : text
    return number == "0" ? "0 %" : (ratio < 1 ? "−" : "+") + number + " %"
  }
}

extension RoundsPicture {
  fileprivate var drawing: Drawing {
    let frame = Frame(
      left: 52, top: 42, width: TrustPictures.width - 62, height: TrustPictures.height - 82)
    var drawing = Drawing(width: TrustPictures.width, height: TrustPictures.height)
    drawing.append(Shape(.text("Did the machine change?", Point(0, 14), .start, .strong), .ink))
    drawing.append(
      Shape(
        .text("\(name), each row over its median", Point(0, 31), .start, .small), .muted))
    let ends = rounds.flatMap { [$0.ratios.quantile(0.05), $0.ratios.quantile(0.95)] }
    let reach = max(0.1, ends.map { abs($0 - 1) }.max() ?? 0) * 1.05
    let up = frame.vertical(.linear, 1 - reach...1 + reach)
    drawing.appendHorizontalGrid(
      frame, up, Self.ticks(reach).map { Tick($0, Self.percent($0)) })
    drawing.append(
      Shape(.line([Point(frame.left, up(1)), Point(frame.right, up(1))], width: 1.2), .muted))
    let step = frame.width / Double(rounds.count)
    for (index, round) in rounds.enumerated() {
      append(round, at: frame.left + (Double(index) + 0.5) * step, step, up, to: &drawing)
    }
    appendNumbers(frame, step, to: &drawing)
    return drawing
  }

  /// None, and as far up as down.
  private static func ticks(_ reach: Double) -> [Double] {
    let steps = Scale(.linear, 0...reach, from: 0, to: 1).ticks(atMost: 4).filter { $0 > 0 }
    return steps.reversed().map { 1 - $0 } + [1] + steps.map { 1 + $0 }
  }

  private func append(
    _ round: Round, at x: Double, _ step: Double, _ up: Scale, to drawing: inout Drawing
  ) {
    let place = { (share: Double) in up(round.ratios.quantile(share)) }
    let half = min(7, step * 0.32)
    let tip =
      "round \(round.number): \(plural(round.ratios.count, "row")), median"
      + " \(Self.percent(round.ratios.median))"
    drawing.append(Shape(.line([Point(x, place(0.05)), Point(x, place(0.95))]), .kernel))
    let (top, bottom) = (place(0.75), place(0.25))
    drawing.append(
      Shape(
        .rectangle(
          Point(x - half, top), width: 2 * half, height: max(1, bottom - top), radius: 1),
        .kernel, tip: tip))
    let middle = place(0.5)
    drawing.append(
      Shape(.line([Point(x - half, middle), Point(x + half, middle)], width: 2), .ink))
  }

  /// Each number where there is room, else every fifth or so.
  private func appendNumbers(_ frame: Frame, _ step: Double, to drawing: inout Drawing) {
    let every = [1, 2, 5, 10, 20, 50, 100].first { step * Double($0) >= 20 } ?? rounds.count
    for (index, round) in rounds.enumerated() where round.number % every == 0 {
      let x = frame.left + (Double(index) + 0.5) * step
      drawing.append(
        Shape(
          .text("\(round.number)", Point(x, frame.bottom + 16), .middle, .small), .muted))
    }
    drawing.append(
      Shape(.text("round", Point(frame.left, frame.bottom + 33), .start, .small), .muted))
  }
}
