internal import EchoIO

/// One server under two names: the ratio of its two runs in each round.
struct TwinPicture: Equatable, Sendable {
  let scenario: Scenario
  let metric: Metric
  let ratios: [Round]
  /// Over all rounds, and its 99.9 % interval.
  let ratio: Double?
  let interval: Interval?

  struct Round: Equatable, Sendable {
    let number: Int
    let ratio: Double
  }

  /// Nil where none ran twice in two rounds.
  init?(_ result: SuiteResult) {
    guard let twin = result.twin else { return nil }
    scenario = twin.scenario
    metric = .headline(of: twin.scenario.load)
    ratios = (twin.pairs(metric)?.ratios ?? []).map { Round(number: $0.round, ratio: $0.ratio) }
    guard ratios.count > 1 else { return nil }
    ratio = twin[metric]?.figure
    interval = twin[metric]?.interval(confidence: Verdict.differenceConfidence)
  }

  private var name: String { metric.comparedAs ?? metric.title }

  /// What it shows. Nothing differs that is not known to.
  var finding: String {
    guard let ratio, let interval else { return "no ratio" }
    let upper =
      interval.upper <= Self.farthest
      ? fixed(interval.upper, 2) : interval.upper.isFinite ? "\(Int(Self.farthest))+" : "∞"
    let figures = "\(fixed(ratio, 2)) (\(fixed(interval.lower, 2))–\(upper))"
    return figures + (interval.contains(1) ? ": not shown to differ" : ": differs from itself")
  }

  var reading: Text {
    """
    \(strong: "One server, two names") \(code: scenario.name) ran twice in each round. A dot is the ratio of \
    the two, the grey zone what counts as a tie; the line behind the rounds is the 99.9 % interval of all of \
    them, which should hold 1.
    """
  }

  var figure: Figure {
    let least = ratios.map(\.ratio).min() ?? 1
    let most = ratios.map(\.ratio).max() ?? 1
    return Figure(
      name: "trust-twin", title: "One server under two names: \(name) by round",
      description:
        "\(scenario.name) against itself, \(name): \(finding). In \(ratios.count) rounds the"
        + " ratio was from \(fixed(least, 2)) to \(fixed(most, 2)).",
      caption: "", drawing: drawing)
  }
}

extension TwinPicture {
  /// What is farther lies at the end: an interval of two rounds may have none.
  private static let farthest = 1000.0

  fileprivate var drawing: Drawing {
    let frame = Frame(
      left: 44, top: 42, width: TrustPictures.width - 54, height: TrustPictures.height - 82)
    var drawing = Drawing(width: TrustPictures.width, height: TrustPictures.height)
    drawing.append(Shape(.text("One server, two names", Point(0, 14), .start, .strong), .ink))
    drawing.append(Shape(.text("\(name): \(finding)", Point(0, 31), .start, .small), .muted))
    let ends = ratios.map(\.ratio) + [interval?.lower, interval?.upper].compactMap { $0 }
    let farthest = ends.map { max($0, 1 / max($0, 1e-3)) }.max() ?? 1
    let reach = min(Self.farthest, max(1.2, farthest)) * 1.04
    let up = frame.vertical(.logarithmic, 1 / reach...reach)
    let zone = (up(Verdict.margin), up(1 / Verdict.margin))
    drawing.append(
      Shape(
        .rectangle(
          Point(frame.left, zone.0), width: frame.width, height: zone.1 - zone.0), .zone))
    drawing.appendHorizontalGrid(frame, up, Self.ticks(reach))
    drawing.append(
      Shape(.line([Point(frame.left, up(1)), Point(frame.right, up(1))], width: 1.2), .muted))
    // Beside the rounds there is the interval of all of them.
    let step = (frame.width - 26) / Double(ratios.count)
    for (index, round) in ratios.enumerated() {
      drawing.append(
        Shape(
          .dot(
            Point(frame.left + (Double(index) + 0.5) * step, up(round.ratio)),
            radius: min(4, max(1.5, step * 0.4))), .kernel,
          tip: "round \(round.number): \(fixed(round.ratio, 2))"))
    }
    appendInterval(frame.right - 8, up, to: &drawing)
    drawing.append(
      Shape(
        .text(
          "rounds \(ratios[0].number) to \(ratios[ratios.count - 1].number)",
          Point(frame.left, frame.bottom + 18), .start, .small), .muted))
    drawing.append(
      Shape(.text("all", Point(frame.right, frame.bottom + 18), .end, .small), .muted))
    return drawing
  }

  private func appendInterval(_ x: Double, _ up: Scale, to drawing: inout Drawing) {
    guard let ratio, let interval else { return }
    let paint: Paint = interval.contains(1) ? .ink : .fewer
    let tip = "all rounds: \(finding)"
    drawing.append(
      Shape(
        .line([Point(x, up(interval.lower)), Point(x, up(interval.upper))], width: 2), paint,
        tip: tip))
    drawing.append(Shape(.diamond(Point(x, up(ratio)), radius: 5), paint, tip: tip))
  }

  /// The same, the zone's ends where there is room, and half and double of what is far.
  private static func ticks(_ reach: Double) -> [Tick] {
    let sides: [(Double, String, String)] =
      reach < 1.6
      ? [(1.2, "0.83", "1.2"), (1.4, "0.71", "1.4")]
      : reach < 5 ? [(1.5, "0.67", "1.5"), (2, "0.5", "2"), (4, "0.25", "4")] : [(4, "0.25", "4")]
    let known = sides.filter { $0.0 < reach }
    return known.reversed().map { Tick(1 / $0.0, $0.1) } + [Tick(1, "1")]
      + known.map { Tick($0.0, $0.2) }
  }
}
