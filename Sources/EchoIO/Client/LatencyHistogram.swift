internal import Histogram

/// Round-trip times of all workers of a run, or of several runs: HdrHistogram with 3 significant
/// digits, from 1 ns to an hour.
public struct LatencyHistogram: Sendable {
  public private(set) var count: UInt64 = 0
  /// The exact extremes and sum, in nanoseconds.
  public private(set) var min: UInt64 = 0
  public private(set) var max: UInt64 = 0
  public private(set) var sum: UInt64 = 0
  private var histogram = Histogram<UInt64>(
    lowestDiscernibleValue: 1, highestTrackableValue: HistogramLayout.highest,
    numberOfSignificantValueDigits: .three)
  /// Counts by bucket of ``HistogramLayout``, as far as they are used.
  private(set) var counts: [UInt64] = []

  public init() {}

  /// The mean in nanoseconds; nil when nothing was recorded.
  public var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

  /// The value below which `percentile` per cent of the round trips lie, in nanoseconds; nil
  /// when fewer than ten lie above it: the tail of a distribution is not known from its last few
  /// samples.
  public func percentile(_ percentile: Double) -> UInt64? {
    let above = Double(count) * (100 - percentile) / 100
    guard above >= Self.fewestAbove - Self.rounding else { return nil }
    return Swift.min(histogram.valueAtPercentile(percentile), max)
  }

  private static let fewestAbove = 10.0
  /// 99.9 and its like are no binary fractions: ten samples may come out as 9.9999999.
  private static let rounding = 1e-6

  /// Adds what a worker has recorded.
  mutating func add(_ recorder: borrowing LatencyRecorder) {
    guard recorder.completed > 0 else { return }
    min = count == 0 ? recorder.minNanoseconds : Swift.min(min, recorder.minNanoseconds)
    max = Swift.max(max, recorder.maxNanoseconds)
    sum += recorder.sumNanoseconds
    count += recorder.completed
    let used = HistogramLayout.index(of: recorder.maxNanoseconds) + 1
    if counts.count < used { counts += Array(repeating: 0, count: used - counts.count) }
    for index in 0..<used where recorder.counts[index] > 0 {
      counts[index] += recorder.counts[index]
      // The exact maximum in its bucket: the histogram cuts its percentiles off there.
      let value =
        index == used - 1 ? recorder.maxNanoseconds : HistogramLayout.lowestValue(at: index)
      histogram.record(value, count: recorder.counts[index])
    }
  }
}
