import EchoIO
import Testing

@testable import EchoSuite

/// What a report says that somebody else has written.
struct ReportProblemTests {
  @Test(arguments: [-1e300, -1, 1e16, .infinity, .nan])
  func `a rate that cannot be is none`(rate: Double) {
    var report = ClientReport.simulated(.simulated)
    report.throughput.messagesPerSecond = rate
    #expect(report.problem?.hasPrefix("'throughput.messages_per_second' must be 0 to ") == true)
  }

  @Test func `a report of this program has no problem`() {
    var report = ClientReport.simulated(.simulated)
    #expect(report.problem == nil)
    report.throughput.messagesPerSecond = nil
    #expect(report.problem == nil)
  }
}
