/// Round-trip times of all workers of a run, or of several runs, in the buckets of HdrHistogram:
/// 3 significant digits, or fewer where it was ``reduced(to:)``.
///
/// Count, extremes and sum are exact as long as those of what was added are. A histogram that was
/// decoded from its text alone has extremes and sum as near as its buckets tell.
public struct LatencyHistogram: Equatable, Sendable {
  public private(set) var layout = LatencyRecorder.layout
  public private(set) var count: UInt64 = 0
  /// The extremes and the sum, in nanoseconds.
  public private(set) var min: UInt64 = 0
  public private(set) var max: UInt64 = 0
  public private(set) var sum: UInt64 = 0
  /// By bucket of ``layout``, up to the last that is not empty.
  private(set) var counts: [UInt64] = []

  /// Other readers hold counts, and add them up, as signed numbers.
  static let mostCounted = UInt64(Int64.max)

  public init() {}

  /// The mean in nanoseconds; nil when nothing was recorded.
  public var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }
}

// MARK: - From counts

extension LatencyHistogram {
  /// A histogram of what stands in each bucket, with extremes and sum as near as that tells: the
  /// lowest value of the first bucket, the highest of the last, and each bucket's middle.
  init(_ layout: HistogramLayout, counts: [UInt64]) throws(HistogramError) {
    self.layout = layout
    self.counts = Array(counts[..<(counts.lastIndex { $0 > 0 }.map { $0 + 1 } ?? 0)])
    for bucket in buckets {
      if count == 0 { min = bucket.values.lowerBound }
      max = bucket.values.upperBound
      count = try total(count, bucket.count, atMost: Self.mostCounted, else: .tooManyCounted)
      let (times, isTooLong) = bucket.middle.multipliedReportingOverflow(by: bucket.count)
      guard !isTooLong else { throw .tooLong }
      sum = try total(sum, times, else: .tooLong)
    }
  }

  /// The same counts with extremes and sum as they were noted beside them, in nanoseconds.
  /// - Throws: when they cannot belong to these counts, or when there are none.
  func with(min: UInt64, max: UInt64, sum: UInt64) throws(HistogramError) -> LatencyHistogram {
    var exact = self
    (exact.min, exact.max, exact.sum) = (min, max, sum)
    guard count > 0 else { throw .otherExtremes }
    let isNearest =
      max <= HistogramLayout.highest && layout.index(of: max) == layout.index(of: self.max)
      && min <= max && layout.index(of: min) == layout.index(of: self.min)
    guard isNearest, (min...max).contains(sum / count) else { throw .otherExtremes }
    return exact
  }
}

// MARK: - Adding up

extension LatencyHistogram {
  /// What a worker has recorded.
  init(_ recorder: borrowing LatencyRecorder) {
    guard recorder.completed > 0 else { return }
    count = recorder.completed
    sum = recorder.sumNanoseconds
    min = recorder.minNanoseconds
    max = recorder.maxNanoseconds
    let used = LatencyRecorder.layout.index(of: max) + 1
    counts = Array(UnsafeBufferPointer(start: recorder.counts, count: used))
  }

  /// Adds what a worker has recorded.
  mutating func add(_ recorder: borrowing LatencyRecorder) {
    merge(LatencyHistogram(recorder))
  }

  /// Adds another histogram: nothing is lost, whatever the order. Of two layouts the result has
  /// the coarser, unless that is empty.
  /// - Throws: when both are more than one can hold; then nothing has changed.
  public mutating func add(_ other: LatencyHistogram) throws(HistogramError) {
    _ = try total(count, other.count, atMost: Self.mostCounted, else: .tooManyCounted)
    _ = try total(sum, other.sum, else: .tooLong)
    merge(other)
  }

  /// The same of what cannot be too much: one run's.
  mutating func merge(_ other: LatencyHistogram) {
    guard other.count > 0 else { return }
    self = reduced(to: other.layout)
    let other = other.reduced(to: layout)
    min = count == 0 ? other.min : Swift.min(min, other.min)
    max = Swift.max(max, other.max)
    sum += other.sum
    count += other.count
    let missing = other.counts.count - counts.count
    if missing > 0 { counts += Array(repeating: 0, count: missing) }
    for index in other.counts.indices { counts[index] += other.counts[index] }
  }

  /// The same round trips in the buckets of a layout, if that is coarser: what a plot needs, in a
  /// fraction of the bytes. Count, extremes and sum stay what they are.
  public func reduced(to coarser: HistogramLayout) -> LatencyHistogram {
    guard coarser.significantDigits < layout.significantDigits else { return self }
    var reduced = self
    reduced.layout = coarser
    reduced.counts = Array(repeating: 0, count: count == 0 ? 0 : coarser.index(of: max) + 1)
    for bucket in buckets {
      reduced.counts[coarser.index(of: bucket.values.lowerBound)] += bucket.count
    }
    return reduced
  }
}

private func total(
  _ one: UInt64, _ other: UInt64, atMost most: UInt64 = .max, else error: HistogramError
) throws(HistogramError) -> UInt64 {
  let (sum, overflow) = one.addingReportingOverflow(other)
  guard !overflow, sum <= most else { throw error }
  return sum
}
