@testable import EchoIO

extension LatencyHistogram {
  /// Round trips of so many nanoseconds, as a client records them.
  static func recorded(_ values: some Sequence<UInt64>) -> LatencyHistogram {
    var recorder = try! LatencyRecorder()
    defer { recorder.deallocate() }
    for value in values { recorder.record(from: 0, to: value) }
    return LatencyHistogram(recorder)
  }
}
