import EchoIO
import Testing

@testable import EchoSuite

struct MetricTests {
  @Test func `every metric has a key and a title of its own`() {
    #expect(Set(Metric.all.map(\.key)).count == Metric.all.count)
    #expect(Set(Metric.all.map(\.title)).count == Metric.all.count)
    #expect(Metric.all.contains(.headline))
  }

  @Test func `servers are compared by the headline, and by metrics that have a better`() {
    #expect(Metric.compared.first == .headline)
    let closed = Load()
    var open = closed
    open.rate = 1000
    #expect(Metric.compared(under: [closed]) == [.messagesPerSecond, .serverCPU])
    #expect(Metric.compared(under: [open]) == [.p50, .p99, .serverCPU])
    #expect(Metric.headline(of: closed) == .headline && Metric.headline(of: open) == .p50)
    #expect(Metric.compared.allSatisfy { $0.better != nil })
  }

  @Test(arguments: [
    (Metric.messagesPerSecond, 10_000.0), (.bytesPerSecond, 10_000_000), (.p50, 100_000),
    (.p99, 300_000), (.serverCPU, 4000), (.clientCPU, 8000), (.serverProcesses, 1),
    (.serverThreads, 9), (.serverPeakMemory, Double(12 << 20)), (.voluntarySwitches, 2),
    (.involuntarySwitches, 0.2), (.fairness, 1), (.serverUser, 1000), (.serverSystem, 3000),
  ])
  func `a metric is read from a measurement`(metric: Metric, value: Double) {
    let load = SimulatedLoad(serverCPUNanoseconds: 4000, clientCPUNanoseconds: 8000)
    #expect(metric.value(measurement(1, report(load))) == value)
    #expect(metric.value(.unmeasured) == nil)
  }

  @Test func `an open loop has the times of its service, and what was kept of its rate`() {
    var load = Load(engine: .event, workers: 1, connections: 5)
    load.rate = 20_000
    let open = ClientReport.simulated(
      Scenario(server: Scenario.simulated.server, load: load),
      SimulatedLoad(messagesPerSecond: 15_000, behindNanoseconds: 25_000_000))
    let values: [(Metric, Double)] = [
      (.rateKept, 0.75), (.behind, 25_000_000), (.p50, 66_666), (.serviceP50, 33_333),
      (.serviceP99, 100_000),
    ]
    for (metric, value) in values { #expect(metric.value(measurement(1, open)) == value) }
    for metric in [Metric.rateKept, .behind, .serviceP50, .serviceP99] {
      #expect(metric.value(measurement(1, report())) == nil)
    }
    var stalled = open
    stalled.valid = false
    stalled.counts.completed = 0
    #expect(Metric.rateKept.value(measurement(1, stalled)) == 0)
  }

  @Test func `memory is told for each connection, where there are enough of them`() {
    func memory(_ connections: Int, idle: Int? = nil) -> Double? {
      let load = Load(engine: .event, workers: 1, connections: connections, idle: idle)
      let scenario = Scenario(server: Scenario.simulated.server, load: load)
      return Metric.serverMemoryPerConnection.value(measurement(1, .simulated(scenario)))
    }
    #expect(memory(99) == nil)
    #expect(memory(100) == 512)
    #expect(memory(5, idle: 1000) == 512)
    var shrunk = report()
    shrunk.workload.load.connections = 100
    shrunk.serverMemory?.with = 0
    #expect(Metric.serverMemoryPerConnection.value(measurement(1, shrunk)) == 0)
    shrunk.serverMemory = nil
    #expect(Metric.serverMemoryPerConnection.value(measurement(1, shrunk)) == nil)
  }

  @Test func `reads and writes are over the messages of the whole life`() {
    var long = report()
    long.lifetime.bytesSent *= 2
    #expect(Metric.reads.value(measurement(1, long, reads: 4000, writes: 2000)) == 2)
    #expect(Metric.writes.value(measurement(1, long, reads: 4000, writes: 2000)) == 1)
    #expect(Metric.reads.value(measurement(1, long)) == nil)
    #expect(Metric.writes.value(.unmeasured) == nil)
  }

  @Test(arguments: [Metric.p50, .p99, .reads, .writes])
  func `what some round does not know is unknown of the row`(metric: Metric) {
    var short = report()
    short.latency.percentiles = [:]
    let known = measurement(1, report(), reads: 1, writes: 1)
    #expect(metric.series([known]).points.map(\.round) == [1])
    #expect(metric.series([known, measurement(2, short)]).points.isEmpty)
  }

  @Test(arguments: [
    Metric.serverCPU, .voluntarySwitches, .involuntarySwitches, .serverThreads, .serverProcesses,
    .serverPeakMemory,
  ])
  func `a server that was not read leaves its round out`(metric: Metric) {
    var unread = report()
    unread.server = nil
    let rounds = [measurement(1, report()), measurement(2, unread), measurement(3, report())]
    #expect(metric.series(rounds).points.map(\.round) == [1, 3])
    #expect(metric.series([rounds[1]]).points.isEmpty)
  }

  @Test func `a series tells when each round was measured`() {
    var later = report()
    later.window.startUnix += 2_500_000_000
    let points = Metric.messagesPerSecond.series([measurement(1, report()), measurement(4, later)])
      .points
    #expect(points.map(\.round) == [1, 4])
    #expect(points[1].time - points[0].time == 2.5)
    #expect(points.map(\.value) == [10_000, 10_000])
  }

  @Test func `a figure over rounds is an estimate, a median, a mean, the most or the last`() {
    let rows = [[1.0, 5, 2, 3, 4, 2.5], [], [7]].map { values in
      Series(
        points: zip(1..., values).map { Series.Point(round: $0, time: Double($0), value: $1) })
    }
    let estimates = Metric.messagesPerSecond.estimates(rows)
    #expect(estimates.map { $0?.method } == [.moderated, nil, .moderated])
    #expect(estimates[0]?.interval?.contains(estimates[0]?.value ?? 0) == true)
    let medians = Metric.reads.estimates(rows)
    #expect(medians.map { $0?.value } == [2.75, nil, 7])
    #expect(medians[0]?.interval == Interval(lower: 1, upper: 5, coverage: 0.96875))
    #expect(Metric.serverPeakMemory.estimates(rows).map { $0?.value } == [5, nil, 7])
    #expect(Metric.serverThreads.estimates(rows).map { $0?.value } == [2.5, nil, 7])
    #expect(Metric.serverThreads.estimates(rows)[0]?.interval == nil)
    let mean = Metric.serverSystem.estimates([rows[0], rows[1]])
    #expect(mean[0] == Estimate(meanOf: [17.5 / 6]) && mean[1] == nil)
  }

  private func report(_ load: SimulatedLoad = SimulatedLoad()) -> ClientReport {
    .simulated(.simulated, load)
  }

  /// A round of a command or, with counts, of a backend.
  private func measurement(
    _ round: Int, _ report: ClientReport, reads: UInt64? = nil, writes: UInt64 = 0
  ) -> Measurement {
    let server = reads.map { reads in
      var counters = ServerCounters()
      counters.reads = reads
      counters.writes = writes
      return ServerStopped(counters, cpu: CPUTime(userNanoseconds: 0, systemNanoseconds: 0))
    }
    return Measurement(
      Trial(scenario: 0, round: round), name: "a", attempt: 1, outcome: .ran, server: server,
      client: report)
  }
}

extension Measurement {
  /// Nothing came of it.
  fileprivate static let unmeasured = Measurement(
    Trial(scenario: 0, round: 1), name: "a", attempt: 1, outcome: .failed(reason: "it died"))
}
