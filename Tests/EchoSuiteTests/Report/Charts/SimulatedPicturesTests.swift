import Testing

@testable import EchoIO
@testable import EchoSuite

/// The same pictures of suites that never ran: what is missing, hostile or not kept.
struct SimulatedPicturesTests {
  @Test func `a suite without such data gives no picture`() async throws {
    let one = try await SuiteResult.simulating(
      try Plan.reading("{name: one, rounds: 1, twin: false, servers: [{backend: threads}]}"),
      SimulatedExecutor())
    // No histogram, one rate, no calls, no intervals, one round.
    #expect(LatencyPictures(one).section == nil && OpenLoopPictures(one).section == nil)
    #expect(CallsPictures(one).section == nil && IntervalPictures(one).section == nil)
    #expect(RoundsPicture(one) == nil && TwinPicture(one) == nil)
    #expect(
      SurenessPicture(one)?.classes.last == .init(words: "no interval", count: 1, isWanted: false))
    let failed = try await SuiteResult.simulating(
      try Plan.threeServers(),
      SimulatedExecutor { call, scenario in .simulated(call, scenario, .failed(reason: "it died")) }
    )
    #expect(MeasuredPicturesTests.sections(failed).isEmpty)
  }

  @Test(arguments: [
    (factor: 10_000.0, words: "0.01 (0.00–∞): not shown to differ"),
    (factor: 1.3, words: "0.88 (0.00–1000+): not shown to differ"),
  ])
  func `rounds of which nothing is known give pictures, too`(factor: Double, words: String)
    async throws
  {
    let executor = SimulatedExecutor { call, scenario in
      let rate = scenario.isTwin && call.trial.round == 1 ? 10_000 / factor : 10_000
      return .simulated(call, scenario, SimulatedLoad(messagesPerSecond: rate))
    }
    let result = try await SuiteResult.simulating(try Plan.threeServers(rounds: 2), executor)
    let picture = try #require(TwinPicture(result))
    #expect(picture.finding == words)
    #expect(DrawingLayout(drawing: picture.figure.drawing).problems == [])
    for format in ReportFormat.allCases {
      // As a coordinate, or one of several.
      let text = try format.render(result)
      #expect(text.firstMatch(of: /="[^"<>]*\b-?(nan|inf)\b[^"<>]*"/) == nil)
    }
  }

  @Test func `a rate that was not kept is a cross, and the highest that was is told`() async throws
  {
    let plan = try Plan.reading(
      """
      {name: open, rounds: 8, rates: [10k, 20k, 50k], event_workers: 1,
      servers: [{backend: threads}, {backend: libuv}, {name: broken, command: "broken {port}"}]}
      """)
    let executor = SimulatedExecutor { call, scenario in
      let rate = Double(scenario.load.rate ?? 0)
      if call.server == "broken" { return .simulated(call, scenario, .failed(reason: "it died")) }
      let isSlow = call.server == "threads" && rate > 15_000
      return .simulated(
        call, scenario, SimulatedLoad(messagesPerSecond: isSlow ? 15_000 : rate))
    }
    let panel = try #require(OpenLoopPanel.all(try await .simulating(plan, executor)).first)
    #expect(panel.rates == [10_000, 20_000, 50_000])
    #expect(
      panel.servers.map(\.words) == [
        "keeps 10,000/s, not 20,000/s", "keeps 50,000/s", "failed",
      ])
    #expect(panel.servers[0].points.map(\.isKept) == [true, false, false])
    let drawing = OpenLoopPlot(panel).drawing
    let crosses = drawing.shapes.count {
      if case .cross = $0.geometry { $0.paint == .fewer && $0.tip != nil } else { false }
    }
    // Of each rate, half and 99 of 100.
    #expect(crosses == 4)
    #expect(drawing.shapes.compactMap(\.letters).contains("rate not kept"))
    #expect(DrawingLayout(drawing: drawing).problems == [])
  }

  @Test func `hostile names are escaped, and have the room that others have`() async throws {
    let names = [
      #"<script>alert("1")</script>&amp;'"#, String(repeating: "W", count: 200), "日本語のサーバー日本語のサーバー",
      "]]><!--",
    ]
    let servers = names.map { name in
      let quoted = name.replacing("'", with: "''")
      return "  - {name: '\(quoted)', command: 'x {port}'}"
    }.joined(separator: "\n")
    let plan = try Plan.reading(
      """
      name: hostile
      rounds: 8
      rates: [10k, 20k]
      event_workers: 1
      anatomy: true
      servers:
      \(servers)
      """)
    let (histogram, intervals) = (recorded(2000), intervals)
    let executor = SimulatedExecutor { call, scenario in
      var measurement = Measurement.simulated(
        call, scenario, SimulatedLoad(messagesPerSecond: Double(scenario.load.rate ?? 0)))
      let known = measurement.client?.latency.percentiles ?? [:]
      measurement.client?.latency = ClientReport.Latency(histogram, .responseTime)
      measurement.client?.latency.percentiles = known
      measurement.client?.intervals = intervals
      return measurement
    }
    let result = try await FileTree.with([:]) { tree in
      SuiteResult(
        try await Suite.run(
          plan, executor, SimulatedCounter { .simulated($0) }, in: tree.root + "/suite"))
    }
    let sections = MeasuredPicturesTests.sections(result)
    #expect(sections.map(\.id) == ["latency", "rates", "calls", "intervals", "trust"])
    for figure in sections.flatMap(\.figures) {
      #expect(DrawingLayout(drawing: figure.drawing).problems == [], "\(figure.name)")
      let parsed = ParsedXML(SVG(figure).file)
      #expect(parsed.isWellFormed, "\(figure.name)")
      #expect(!SVG(figure).file.contains("<script"))
    }
    let latency = try #require(sections.first?.figures.first)
    #expect(ParsedXML(SVG(latency).file).texts.contains { $0.hasPrefix("<script>") })
    #expect(latency.description.contains(names[0]))
  }

  @Test func `a run over time is broken where too little came back, and says where it broke`()
    throws
  {
    var report = ClientReport.simulated(.simulated)
    #expect(IntervalPicture(report, name: "intervals", heading: "a") == nil)
    report.intervals = intervals
    let picture = try #require(IntervalPicture(report, name: "intervals", heading: "a"))
    let figure = picture.figure
    #expect(figure.description.contains("5 intervals of 5.0 s: from 0.00 to 1000 messages/s"))
    #expect(figure.description.contains("2 errors"))
    #expect(DrawingLayout(drawing: figure.drawing).problems == [])
    let shapes = figure.drawing.shapes
    let crosses = shapes.count { if case .cross = $0.geometry { true } else { false } }
    #expect(crosses == 1)
    // The rates in one line, and the times in two, before and after the interval without any.
    let lines = shapes.count { shape in
      if case .line = shape.geometry { shape.paint == .series1 } else { false }
    }
    #expect(lines == 3)
    #expect(ParsedXML(SVG(figure).file).texts.contains("service time"))
  }

  /// Five of a second, the third of which has nothing.
  private var intervals: [ClientReport.Interval] {
    (0..<5).map { index in
      let isEmpty = index == 2
      var latency = ClientReport.Latency(recorded(1000))
      if isEmpty { latency.percentiles = ["50": nil, "99": nil] }
      return ClientReport.Interval(
        start: UInt64(index) * 1_000_000_000, duration: 1_000_000_000,
        completed: isEmpty ? 0 : 1000, messagesPerSecond: isEmpty ? 0 : 1000,
        errors: isEmpty ? 2 : 0, latency: latency)
    }
  }

  /// From a microsecond on, by steps of one.
  private func recorded(_ count: UInt64) -> LatencyHistogram {
    .recorded((1...count).map { $0 * 1000 })
  }
}
