import Testing

@testable import EchoIO

extension DataPlane {
  /// The window as a series. Where it depends on the clock, a server moves that.
  @Suite struct IntervalTests {
    @Test(arguments: Engine.allCases)
    func `a reply counts in the interval in which it came back whole`(engine: Engine) throws {
      // The second comes back as an interval ends, and counts in the next; the eighth not at all.
      let result = try run(engine, every: .milliseconds(250)) { _ in .milliseconds(125) }
      expectValid(result, messages: 7)
      let intervals = try #require(result.intervals)
      #expect(intervals.map(\.completed) == [1, 2, 2, 2])
      #expect(intervals.map(\.start) == [0, 250_000_000, 500_000_000, 750_000_000])
      #expect(intervals.map(\.duration) == Array(repeating: 250_000_000, count: 4))
      #expect(intervals.map(\.messagesPerSecond) == [4, 8, 8, 8])
      #expect(intervals.allSatisfy { $0.latency.max == 125_000_000 && $0.errors == 0 })
    }

    @Test(arguments: Engine.allCases)
    func `a stall is intervals with nothing in them`(engine: Engine) throws {
      let result = try run(engine, every: .milliseconds(100)) {
        .milliseconds($0 == 6 ? 600 : 10)
      }
      expectValid(result, messages: 40)
      let intervals = try #require(result.intervals)
      #expect(intervals.map(\.completed) == [5, 0, 0, 0, 0, 0, 5, 10, 10, 10])
      #expect(intervals[3].messagesPerSecond == 0)
      #expect(intervals[3].latency == ClientReport.Latency(LatencyHistogram()))
      // What it did to a message shows where that came back, and only there.
      let slowest: [UInt64?] = [10, nil, nil, nil, nil, nil, 600, 10, 10, 10]
      #expect(intervals.map { $0.latency.max.map { $0 / 1_000_000 } } == slowest)
    }

    @Test(arguments: Engine.allCases)
    func `the last interval is as long as is left`(engine: Engine) throws {
      let result = try run(engine, every: .milliseconds(300)) { _ in .milliseconds(90) }
      let intervals = try #require(result.intervals)
      #expect(intervals.map(\.completed) == [3, 3, 3, 2])
      #expect(intervals.map(\.duration) == [300, 300, 300, 100].map { $0 * 1_000_000 })
      #expect(intervals.last?.messagesPerSecond == 20)
    }

    @Test(arguments: Engine.allCases)
    func `a window of messages ends its last interval`(engine: Engine) throws {
      let result = try run(engine, .messages(5), every: .milliseconds(20)) { _ in
        .milliseconds(7)
      }
      expectValid(result, messages: 5)
      let intervals = try #require(result.intervals)
      #expect(intervals.map(\.completed) == [2, 3])
      #expect(intervals.map(\.duration) == [20_000_000, 15_000_000])
      #expect(result.counts.unfinished == 0)
      #expect(result.counts.oldestUnfinished == nil)
    }

    @Test(arguments: Engine.allCases)
    func `the warm-up is in no interval`(engine: Engine) throws {
      let result = try run(engine, every: .milliseconds(500), after: .milliseconds(300)) { _ in
        .milliseconds(100)
      }
      // The third comes back as the window begins, the thirteenth as it ends.
      expectValid(result, messages: 10)
      #expect(result.intervals?.map(\.completed) == [5, 5])
    }

    @Test(arguments: Engine.allCases, [StopRule.duration(.milliseconds(150)), .messages(400)])
    func `intervals add up to their window`(engine: Engine, stopRule: StopRule) throws {
      let told = Lock<[ClientReport.Interval]>([])
      try withServer(.named("threads")) { server in
        let result = try load(server.address, engine) {
          $0.workers = 3
          $0.connections = 3
          $0.stopRule = stopRule
          $0.interval = .milliseconds(10)
        } telling: { interval in
          told.withLock { $0.append(interval) }
        }
        expectValid(result, messages: result.counts.completed)
        let intervals = try #require(result.intervals)
        #expect(intervals.map(\.completed).reduce(0, +) == result.counts.completed)
        #expect(intervals.map(\.duration).reduce(0, +) == result.window.duration)
        for (index, interval) in intervals.enumerated() {
          #expect(interval.start == UInt64(index) * 10_000_000)
        }
        var sum = LatencyHistogram()
        for interval in intervals { try sum.add(try histogram(interval.latency)) }
        #expect(try sum == histogram(result.latency))
        // What was told are the first of them, as they are in the report.
        let told = told.withLock(\.self)
        #expect(told == Array(intervals.prefix(told.count)))
        if case .duration = stopRule {
          #expect(told.count == 15)
        } else {
          #expect(told.count < intervals.count)
        }
      }
    }

    /// Time passes as the clock is read: for the client between two messages, too.
    @Test(arguments: Engine.allCases)
    func `so does all that is recorded beside the messages`(engine: Engine) throws {
      try withServer(.named("threads")) { server in
        let result = try load(server.address, engine, by: SteppingClock(by: .milliseconds(1))) {
          $0.block = 4
          $0.reconnect = 8
          $0.mix = try? SizeMix(parsing: "500,1000")
          $0.stopRule = .messages(400)
          $0.timeout = .seconds(60)
          $0.interval = .milliseconds(50)
        }
        expectValid(result, messages: 400)
        #expect(try #require(result.intervals).count > 1)
        #expect(try histogram(#require(result.blocks)).count == 100)
        #expect(try histogram(#require(result.connects)).count == 49)
        #expect(try #require(result.sizes).reduce(0) { $0 + $1.completed } == 400)
        #expect(result.counts.bytesReceived == result.lifetime.bytesReceived)
        // Little's law: the times between two messages have been added, too.
        #expect(result.inFlight != nil)
      }
    }

    @Test func `and what an open loop records`() throws {
      try withServer(.named("threads")) { server in
        let result = try load(server.address, .event) {
          $0.rate = 2000
          $0.pipeline = 4
          $0.stopRule = .duration(.milliseconds(300))
          $0.interval = .milliseconds(20)
        }
        expectValid(result, messages: result.counts.completed)
        #expect(try histogram(#require(result.service)).count == result.counts.completed)
        #expect(try histogram(#require(result.schedule).sendLag).count == result.counts.sent)
      }
    }

    @Test(arguments: Engine.allCases)
    func `what was on its way at the end is counted, and for how long it had been`(
      engine: Engine
    ) throws {
      // Sent at 990 ms, and it comes back 101 ms later.
      let result = try run(engine, every: nil) { .milliseconds($0 < 12 ? 90 : 101) }
      expectValid(result, messages: 11)
      #expect(result.intervals == nil)
      #expect(result.counts.sent == 12)
      #expect(result.counts.unfinished == 1)
      #expect(result.counts.oldestUnfinished == 10_000_000)
    }

    @Test(arguments: Engine.allCases)
    func `a run that is no measurement has no intervals`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { $0 == 3 ? Array($1.reversed()) : $1 }
      } _: {
        try load($0, engine) { $0.interval = .milliseconds(10) }
      }
      expectNoNumber(result)
      #expect(result.intervals == nil)
    }

    /// A run against a server that takes for each message as long as `span` says, of a second unless
    /// told otherwise.
    private func run(
      _ engine: Engine, _ stopRule: StopRule = .duration(.seconds(1)), every interval: TimeSpan?,
      after warmup: TimeSpan = .milliseconds(0), _ span: @escaping @Sendable (Int) -> TimeSpan
    ) throws -> ClientReport {
      let clock = ManualClock()
      return try withLies { conversation in
        try conversation.answer(1000) { number, message in
          clock.advance(by: span(number))
          return message
        }
      } _: {
        try load($0, engine, by: clock) {
          $0.stopRule = stopRule
          $0.warmup = warmup
          $0.interval = interval
        }
      }
    }

    private func histogram(_ latency: ClientReport.Latency) throws -> LatencyHistogram {
      guard let encoded = latency.hdrV2, let min = latency.min, let max = latency.max,
        let mean = latency.mean
      else { return LatencyHistogram() }
      return try LatencyHistogram(decoding: encoded, min: min, max: max, mean: mean)
    }
  }
}

struct IntervalSeriesTests {
  @Test func `an interval is whole when every worker has handed over its part`() throws {
    let series = try IntervalSeries(workers: 2)
    series.handOver(part([1]), of: 0, isLast: false)
    series.handOver(part([2, 3]), of: 1, isLast: false)
    #expect(!isReadable(series))
    #expect(series.take().isEmpty)
    series.handOver(part([10]), of: 0, isLast: false)
    #expect(isReadable(series))
    #expect(series.take().map(latencies) == [recorded([1, 10])])
    #expect(!isReadable(series))
    // This one has nothing, and does not come again: the other is not kept waiting.
    series.handOver(part([]), of: 1, isLast: true)
    series.handOver(part([4]), of: 2, isLast: false)
    series.handOver(part([5]), of: 3, isLast: true)
    let rest = series.take()
    #expect(rest.map(latencies) == [recorded([2, 3]), recorded([4]), recorded([5])])
    #expect(rest.map(\.isLast) == [false, false, true])
    #expect(series.take().isEmpty)
  }

  @Test func `errors add up`() throws {
    let series = try IntervalSeries(workers: 3)
    for errors in [1, 0, 2] {
      series.handOver(RecordedInterval(errors: errors), of: 0, isLast: true)
    }
    #expect(series.take().map(\.errors) == [3])
  }

  @Test func `a recorder that was emptied counts anew, and nothing is lost`() throws {
    var (slice, total) = (try LatencyRecorder(), try LatencyRecorder())
    defer {
      slice.deallocate()
      total.deallocate()
    }
    let slices: [[UInt64]] = [[7, 2047, 2048, 5_000_000], [], [3_600_000_000_000, 0], [7]]
    for values in slices {
      for value in values { slice.record(from: 10, to: 10 + value) }
      #expect(LatencyHistogram(slice) == recorded(values))
      #expect(slice.lastCompletion == (values.last.map { $0 + 10 } ?? 0))
      total.add(slice)
      slice.empty()
    }
    #expect(LatencyHistogram(total) == recorded(slices.flatMap(\.self)))
    #expect(total.lastCompletion == 5_000_010)
    let all = UnsafeBufferPointer(start: slice.counts, count: LatencyRecorder.layout.bucketCount)
    #expect(all.allSatisfy { $0 == 0 })
  }

  private func part(_ values: [UInt64]) -> RecordedInterval {
    RecordedInterval(latencies: [.serviceTime: recorded(values)])
  }

  private func latencies(_ interval: RecordedInterval) -> LatencyHistogram? {
    interval.latencies[.serviceTime]
  }

  private func isReadable(_ series: IntervalSeries) -> Bool {
    waitUntil(series.descriptor, Int32(0x001), timeout: .milliseconds(0))
  }
}
