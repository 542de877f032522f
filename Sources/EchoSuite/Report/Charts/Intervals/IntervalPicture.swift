internal import EchoIO

/// A run over time: what came through in each interval of its window, and how long it took.
struct IntervalPicture: Equatable, Sendable {
  /// Of the figure: `intervals`.
  let name: String
  /// Who was driven, and how.
  let heading: String
  let kind: LatencyKind
  /// In their order.
  let intervals: [ClientReport.Interval]

  /// Nil where there are not two intervals.
  init?(_ report: ClientReport, name: String, heading: String) {
    guard let intervals = report.intervals, intervals.count > 1 else { return nil }
    self.name = name
    self.heading = heading
    kind = LatencyKind(rawValue: report.latency.kind) ?? .serviceTime
    self.intervals = intervals
  }

  var figure: Figure {
    Figure(
      name: name, title: "Messages/s and latency over time: \(heading)", description: description,
      caption: "", drawing: drawing)
  }

  private var rates: [Double] { intervals.map { $0.messagesPerSecond ?? 0 } }

  private var description: String {
    let seconds = intervals.last.map { Double($0.start + $0.duration) / 1e9 } ?? 0
    let times = [("50", "half"), ("99", "99 %")].compactMap { percentile, words -> String? in
      let known = intervals.compactMap { $0.time(percentile) }
      guard let least = known.min(), let most = known.max() else { return nil }
      return "\(words) within \(brief(nanoseconds: least)) to \(brief(nanoseconds: most))"
    }
    let errors = intervals.reduce(0) { $0 + $1.errors }
    return "\(heading). \(intervals.count) intervals of \(fixed(seconds, 1)) s: from"
      + " \(brief(rates.min() ?? 0)) to \(brief(rates.max() ?? 0)) messages/s"
      + times.map { "; \($0)" }.joined() + ". "
      + (errors == 0 ? "No errors." : "\(plural(errors, "error")).")
  }
}

extension IntervalPicture {
  private static let width = 440.0
  private static let left = 58.0
  /// Of the labels beside the lines.
  private static let right = 52.0

  fileprivate var drawing: Drawing {
    let width = Self.width - Self.left - Self.right
    let upper = Frame(left: Self.left, top: 44, width: width, height: 90)
    let lower = Frame(left: Self.left, top: upper.bottom + 34, width: width, height: 110)
    var drawing = Drawing(width: Self.width, height: lower.bottom + 40)
    drawing.append(Shape(.text(heading.shortened(to: 52), Point(0, 14), .start, .strong), .ink))
    drawing.append(Shape(.text("messages/s", Point(0, 35), .start, .small), .muted))
    let end = intervals.map { Double($0.start + $0.duration) / 1e9 }.max() ?? 1
    let across = upper.horizontal(.linear, 0...end)
    appendRates(upper, across, to: &drawing)
    drawing.append(
      Shape(
        .text(
          kind == .responseTime ? "response time" : "service time", Point(0, lower.top - 9), .start,
          .small), .muted))
    drawing.appendVerticalGrid(lower, across, across.ticks(atMost: 7).map { Tick($0) })
    appendTimes(lower, across, to: &drawing)
    drawing.append(
      Shape(.text("seconds", Point(Self.left, lower.bottom + 33), .start, .small), .muted))
    return drawing
  }

  /// A step for each interval, from 0; crosses where something broke.
  private func appendRates(_ frame: Frame, _ across: Scale, to drawing: inout Drawing) {
    let up = frame.vertical(.linear, 0...max(1, rates.max() ?? 1) * 1.08)
    drawing.appendHorizontalGrid(frame, up, up.ticks(atMost: 4).map { Tick($0) })
    let points = zip(intervals, rates).flatMap { interval, rate in
      interval.ends.map { Point(across($0), up(rate)) }
    }
    drawing.append(Shape(.line(points, width: 1.8), .series1))
    for (interval, rate) in zip(intervals, rates) where interval.errors > 0 {
      drawing.append(
        Mark.cross.shape(
          at: Point(across(interval.ends[0]), up(rate)), .fewer,
          tip: plural(interval.errors, "error")))
    }
  }

  private func appendTimes(_ frame: Frame, _ across: Scale, to drawing: inout Drawing) {
    let lines: [(percentile: String, words: String, paint: Paint)] = [
      ("50", "50 %", .series1), ("99", "99 %", .series5),
    ]
    let all = lines.flatMap { line in intervals.compactMap { $0.time(line.percentile) } }
    guard let least = all.min(), let most = all.max() else { return }
    let up = frame.vertical(.logarithmic, least / 1.15...most * 1.15)
    drawing.appendHorizontalGrid(frame, up, up.ticks(atMost: 5).map { Tick(nanoseconds: $0) })
    var labels: [(words: String, paint: Paint, y: Double)] = []
    for line in lines {
      for part in runs(line.percentile) {
        let points = part.flatMap { interval, time in
          interval.ends.map { Point(across($0), up(time)) }
        }
        drawing.append(Shape(.line(points, width: 1.8), line.paint))
        if let last = points.last,
          part.last?.0 == intervals.last(where: { $0.time(line.percentile) != nil })
        {
          labels.append((line.words, line.paint, last.y))
        }
      }
    }
    let heights = spread(labels.map(\.y), gap: 14, within: frame.top + 4...frame.bottom)
    for (label, height) in zip(labels, heights) {
      drawing.append(
        Shape(.text(label.words, Point(frame.right + 6, height + 4), .start, .small), label.paint))
    }
  }

  /// Stretches of intervals that know a percentile: where one does not, the line is broken.
  private func runs(_ percentile: String) -> [[(ClientReport.Interval, Double)]] {
    intervals.reduce(into: [[]]) { runs, interval in
      if let time = interval.time(percentile) {
        runs[runs.count - 1].append((interval, time))
      } else if runs.last?.isEmpty == false {
        runs.append([])
      }
    }.filter { !$0.isEmpty }
  }
}

extension ClientReport.Interval {
  /// In nanoseconds; nil where too few samples lie above.
  fileprivate func time(_ percentile: String) -> Double? {
    (latency.percentiles[percentile] ?? nil).map { max(1, Double($0)) }
  }

  /// In seconds since the window began.
  fileprivate var ends: [Double] { [Double(start) / 1e9, Double(start + duration) / 1e9] }
}
