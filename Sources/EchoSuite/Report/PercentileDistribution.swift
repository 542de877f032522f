public import EchoIO

/// A histogram in HdrHistogram's text format, the `.hgrm` that its plotters read: percentiles, the
/// value of each in microseconds, and how many round trips took at most that.
///
/// Its figures are those of the buckets: every program that reads the same histogram writes the same.
///
/// Source: HdrHistogram's `AbstractHistogram.outputPercentileDistribution`.
public struct PercentileDistribution: CustomStringConvertible {
  private let histogram: LatencyHistogram

  public init(_ histogram: LatencyHistogram) {
    self.histogram = histogram
  }

  public var description: String {
    let legend = ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]
    let title = zip(legend, [12, 14, 10, 14]).map { $0.aligned(to: $1) }.joined(separator: " ")
    return ([title, ""] + histogram.percentileSteps().map(line) + footer)
      .map { "\($0)\n" }.joined()
  }

  private func line(_ step: PercentileStep) -> String {
    let share = step.percentile / 100
    var cells = [
      microseconds(Double(step.value)), fixed(share, 12), "\(step.count)".aligned(to: 10),
    ]
    if step.percentile < 100 { cells.append(fixed(1 / (1 - share), 2).aligned(to: 14)) }
    return cells.joined(separator: " ")
  }

  private var footer: [String] {
    let (mean, standard) = histogram.deviation
    let highest = histogram.percentileSteps().last?.value ?? 0
    let layout = histogram.layout
    return [
      "#[Mean    = \(microseconds(mean)), StdDeviation   = \(microseconds(standard))]",
      "#[Max     = \(microseconds(Double(highest))),"
        + " Total count    = \("\(histogram.count)".aligned(to: 12))]",
      "#[Buckets = \("\(layout.widths)".aligned(to: 12)),"
        + " SubBuckets     = \("\(layout.subBuckets)".aligned(to: 12))]",
      "#[Values are in microseconds: outputValueUnitScalingRatio = \(Int(Self.scaling))]",
    ]
  }

  /// Nanoseconds to a microsecond.
  private static let scaling = 1000.0

  private func microseconds(_ nanoseconds: Double) -> String {
    fixed(nanoseconds / Self.scaling, histogram.layout.significantDigits).aligned(to: 12)
  }
}

extension String {
  /// Behind spaces up to `width` characters.
  func aligned(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
