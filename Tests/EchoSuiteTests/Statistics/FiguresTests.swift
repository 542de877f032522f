import EchoIO
import Testing

@testable import EchoSuite

struct FiguresTests {
  @Test func `figures are medians over the rounds`() throws {
    let figures = try #require(figuresOfRates([10_000, 30_000, 20_000, 50_000, 40_000, 60_000]))
    #expect(figures.rounds == 6)
    #expect(figures.messagesPerSecond.median == 35_000)
    #expect(figures.messagesPerSecond.interval.lower == 10_000)
    #expect(figures.messagesPerSecond.interval.upper == 60_000)
    #expect(figures.bytesPerSecond.median == 35_000_000)
    #expect(figures.messagesPerSecondByRound[2] == 30_000)
    // Round trips are the inverse of the rates: the middle two are 1/30000 and 1/40000 s.
    #expect(figures.p50 == Double(33_333 + 25_000) / 2)
  }

  @Test func `CPU and switches are per message`() throws {
    let load = SimulatedLoad(serverCPUNanoseconds: 4000, clientCPUNanoseconds: 8000)
    let figures = try #require(Figures([1: report(load), 2: report(load)]))
    #expect(figures.serverCPU?.median == 4000)
    #expect(figures.clientCPU.median == 8000)
    #expect(figures.voluntarySwitches == 2)
    #expect(figures.involuntarySwitches == 0.2)
    #expect(figures.serverCPUByRound == [1: 4000, 2: 4000])
  }

  @Test func `reads and writes are over the messages of the whole life`() throws {
    var long = report(SimulatedLoad())
    long.lifetime.bytesSent *= 2
    let servers = [1: stopped(reads: 4000, writes: 2000), 2: stopped(reads: 6000, writes: 2000)]
    let figures = try #require(Figures([1: long, 2: long], servers))
    #expect(figures.reads == 2.5)
    #expect(figures.writes == 1)
    #expect(Figures([1: long, 2: long], [1: stopped(reads: 1, writes: 1)])?.reads == nil)
    #expect(Figures([1: long])?.writes == nil)
    #expect(Figures([1: long], [1: stopped(reads: nil, writes: 2000)])?.reads == nil)
  }

  private func stopped(reads: UInt64?, writes: UInt64?) -> ServerStopped {
    var counters = ServerCounters()
    counters.reads = reads
    counters.writes = writes
    return ServerStopped(counters, cpu: CPUTime(userNanoseconds: 0, systemNanoseconds: 0))
  }

  @Test func `a percentile that some round cannot give is left blank`() throws {
    var short = report(SimulatedLoad())
    short.latency.percentiles["99"] = .some(nil)
    let figures = try #require(Figures([1: report(SimulatedLoad()), 2: short]))
    #expect(figures.p50 != nil)
    #expect(figures.p99 == nil)
  }

  @Test func `the round that served fewest connections counts`() throws {
    let figures = try #require(
      Figures([1: report(SimulatedLoad()), 2: report(SimulatedLoad(served: 3))]))
    #expect(figures.served == 3)
    #expect(figures.connections == 5)
  }

  @Test func `a server that was not read leaves its figures out`() throws {
    var unread = report(SimulatedLoad())
    unread.server = nil
    let figures = try #require(Figures([1: unread]))
    #expect(figures.serverCPU == nil)
    #expect(figures.serverThreads == nil)
    #expect(figures.bottleneck == nil)
  }

  @Test func `no rounds have no figures`() {
    #expect(Figures([:]) == nil)
  }

  private func figuresOfRates(_ rates: [Double]) -> Figures? {
    let reports = rates.map { report(SimulatedLoad(messagesPerSecond: $0)) }
    return Figures(Dictionary(uniqueKeysWithValues: zip(1..., reports)))
  }

  private func report(_ load: SimulatedLoad) -> ClientReport {
    .simulated(.simulated, load)
  }
}
