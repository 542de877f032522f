import Testing

@testable import EchoIO
@testable import EchoSuite

struct CondensedHistogramTests {
  @Test func `every histogram of a trial is condensed, and that of the send lag left out`() throws {
    let times = recorded((1...2000).map { $0 * 1009 })
    var report = ClientReport.simulated(.simulated)
    report.latency = ClientReport.Latency(times, .responseTime)
    report.service = ClientReport.Latency(times)
    report.blocks = ClientReport.Latency(times, .responseTime)
    report.connects = ClientReport.Latency(times, .connectTime)
    report.schedule = ClientReport.Schedule(
      offered: 10, achieved: 10, .none, sendLag: ClientReport.Latency(times, .sendLag))
    let condensed = try report.condensed()
    let all = [condensed.latency, condensed.service, condensed.blocks, condensed.connects]
    for latency in all.compactMap(\.self) {
      let whole = ClientReport.Latency(times, latency.kind)
      #expect((latency.hdrV2?.count ?? .max) < (whole.hdrV2?.count ?? 0))
      var figures = latency
      figures.hdrV2 = whole.hdrV2
      #expect(figures == whole)
    }
    #expect(all.allSatisfy { $0 != nil })
    let lag = try #require(condensed.schedule?.sendLag)
    #expect(lag.hdrV2 == nil && lag.percentiles["50"] == report.schedule?.sendLag.percentiles["50"])
  }

  @Test func `a histogram that is none is an error, whichever it is`() {
    var report = ClientReport.simulated(.simulated)
    report.latency.hdrV2 = nil
    report.service = ClientReport.Latency(recorded([1, 2, 3]))
    report.service?.hdrV2 = "HIST"
    #expect(throws: HistogramError.self) { try report.condensed() }
  }

  private func recorded(_ values: [Int]) -> LatencyHistogram {
    var recorder = try! LatencyRecorder()
    defer { recorder.deallocate() }
    for value in values { recorder.record(from: 0, to: UInt64(value)) }
    var histogram = LatencyHistogram()
    histogram.add(recorder)
    return histogram
  }
}
