internal import Foundation

/// Histograms of consecutive times in HdrHistogram's log format 1.3, one line for each interval and
/// kind of latency, the kind being its tag.
///
/// Source: HdrHistogram's `HistogramLogWriter` and `HistogramLogReader`.
public struct IntervalLog: CustomStringConvertible {
  /// In nanoseconds since 1970.
  private let start: UInt64
  private var lines: [String] = []

  /// - Parameter start: in nanoseconds since 1970; that of the lines is relative to it.
  public init(start: UInt64) {
    self.start = start
  }

  /// Appends a line.
  /// - Parameters:
  ///   - tag: what was timed, such as `service_time`.
  ///   - start: nanoseconds since that of the log.
  ///   - duration: nanoseconds.
  ///   - max: nanoseconds; 0 when nothing was recorded.
  ///   - histogram: in HdrHistogram's compressed V2 encoding, Base64.
  public mutating func append(
    tag: String, start: UInt64, duration: UInt64, max: UInt64, histogram: String
  ) {
    let milliseconds = fixed(Double(max) / 1e6, 3)
    lines.append("Tag=\(tag),\(seconds(start)),\(seconds(duration)),\(milliseconds),\(histogram)")
  }

  public var description: String {
    let date = Date(timeIntervalSince1970: Double(start) / 1e9).ISO8601Format()
    let header = [
      "#[Histogram log format version 1.3]",
      "#[StartTime: \(seconds(start)) (seconds since epoch), \(date)]",
      #""StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram""#,
    ]
    return (header + lines).map { "\($0)\n" }.joined()
  }

  private func seconds(_ nanoseconds: UInt64) -> String { fixed(Double(nanoseconds) / 1e9, 3) }
}
