import Testing

@testable import EchoSuite

struct RatioPicturesTests {
  @Test func `each verdict looks different without its colour`() {
    let marks = [Verdict.better, .worse, .tie(within: 0.05), .undecided].map {
      RatioMark($0, ratio: $0 == .better ? 1.5 : 0.7, better: .higher)
    }
    #expect(marks.map(\.sign) == ["▲", "▼", "≈", "?"])
    #expect(marks[2].mark == .ring)
    #expect(marks.map(\.isUndecided) == [false, false, false, true])
  }

  @Test func `less is better of times`() {
    let faster = RatioMark(.better, ratio: 0.5, better: .lower)
    #expect(faster.paint == .more)
    #expect(faster.sign == "▼")
  }

  @Test func `a server that is wrong has a cross and no figure`() throws {
    var run = SimulatedRun(seed: 5)
    run.wrong = ["mine"]
    run.absent = ["yours"]
    let panels = RatioPanel.all(run.result(try SimulatedRun.plan(rounds: 8)))
    #expect(panels.map(\.situation.heading) == ["Blocking client", "Event client"])
    for panel in panels {
      let wrong = try #require(panel.rows.first { $0.server == "mine" })
      #expect(wrong.isInvalid && wrong.middle == nil)
      let absent = try #require(panel.rows.first { $0.server == "yours" })
      #expect(absent.entries.map(\.finding) == [.missing("failed")])
      let shapes = RatioPlot([panel], isFile: false).drawing(panel).shapes
      #expect(shapes.compactMap(\.words).contains { $0.text == "INVALID: no figure" })
      #expect(panel.sentences.contains("mine: INVALID"))
    }
  }

  @Test func `the best stands first, and rows are in one order in all pictures`() throws {
    var run = SimulatedRun(seed: 7)
    run.speeds = ["mine": 2, "yours": 0.5]
    let panels = RatioPanel.all(run.result(try SimulatedRun.plan(rounds: 8)))
    let orders = panels.map { $0.rows.map(\.server) }
    #expect(orders[0].first == "mine" && orders[0].last == "yours")
    #expect(orders.allSatisfy { $0 == orders[0] })
    let row = try #require(panels[0].rows.first)
    #expect(row.entries[0].finding.comparison?.verdict == .better)
    #expect(panels[0].rows.filter(\.isReference).map(\.server) == ["threads"])
  }

  @Test func `an open loop is compared by its times`() throws {
    let pictures = RatioPictures(try CommittedResults.open("latency"))
    #expect(Set(pictures.panels.map(\.metric)) == [.p50, .p99])
    #expect(pictures.legend.allSatisfy { $0.words != "more" && $0.words != "fewer" })
  }

  @Test func `many lines are thin, and few have words each`() throws {
    let seed = RatioPlot(RatioPanel.all(try CommittedResults.open("seed")), isFile: false)
    #expect(seed.isCompact)
    let quick = RatioPlot(RatioPanel.all(try CommittedResults.open("quick")), isFile: false)
    #expect(!quick.isCompact)
  }
}
