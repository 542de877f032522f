@testable import EchoIO

/// A recorder that has counted `values`, in nanoseconds; the caller's to deallocate.
func recorder(_ values: [UInt64]) -> LatencyRecorder {
  var recorder = try! LatencyRecorder()
  for value in values { recorder.record(from: 10, to: 10 + value) }
  return recorder
}

/// A histogram of `values`, in nanoseconds.
func recorded(_ values: [UInt64]) -> LatencyHistogram {
  let recorder = recorder(values)
  defer { recorder.deallocate() }
  var histogram = LatencyHistogram()
  histogram.add(recorder)
  return histogram
}
