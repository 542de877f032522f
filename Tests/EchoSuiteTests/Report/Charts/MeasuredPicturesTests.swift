import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// The pictures of latencies, rates, calls, time and trust, of suites that were really run.
struct MeasuredPicturesTests {
  private static let suites = ["latency", "depth", "quick", "scale", "seed"]

  static func sections(_ result: SuiteResult) -> [PictureSection] {
    [
      LatencyPictures(result).section, OpenLoopPictures(result).section,
      CallsPictures(result).section, IntervalPictures(result).section,
      TrustPictures(result).section,
    ].compactMap { $0 }
  }

  @Test(arguments: suites)
  func `nothing is outside, and no words lie on others`(suite: String) throws {
    let sections = Self.sections(try CommittedResults.open(suite))
    #expect(sections.contains { $0.id == "latency" } && sections.contains { $0.id == "trust" })
    #expect(sections.contains { $0.id == "rates" } == (suite == "latency"))
    for figure in sections.flatMap(\.figures) {
      #expect(DrawingLayout(drawing: figure.drawing).problems == [], "\(figure.name)")
      #expect(figure.drawing.width <= 560 && !figure.title.isEmpty)
      // In words with figures.
      #expect(figure.description.contains { $0.isNumber })
      #expect(ParsedXML(SVG(figure).file).isWellFormed)
    }
    let names = sections.flatMap(\.figures).map(\.name)
    #expect(Set(names).count == names.count)
    #expect(sections.allSatisfy { one in one.figures.allSatisfy { $0.name.hasPrefix(one.id) } })
  }

  @Test func `the same trials give the same bytes`() throws {
    let bytes = try (0..<2).map { _ in
      Self.sections(try CommittedResults.open("quick")).flatMap(\.figures).map { SVG($0).file }
    }
    #expect(bytes[0] == bytes[1])
  }

  @Test func `latencies are those of each situation, and what was timed is said`() throws {
    let open = LatencyPanel.all(try CommittedResults.open("latency"))
    #expect(open.map(\.aside) == ["response time, open loop"])
    #expect(open.map(\.heading) == ["Event client, 13,000/s"])
    let closed = LatencyPanel.all(try CommittedResults.open("quick"))
    #expect(closed.map(\.aside).uniqued == ["service time, closed loop"])
    #expect(
      closed.map(\.heading) == [
        "Blocking client, 1000 B messages", "Event client, 1000 B messages",
      ])
    #expect(closed.allSatisfy { $0.unnamed.isEmpty && $0.named.contains(where: \.isReference) })
  }

  @Test func `of many servers a few are named, the reference and the extremes among them`() throws {
    for panel in LatencyPanel.all(try CommittedResults.open("seed")) {
      #expect(panel.named.count <= 7 && panel.unnamed.count > panel.named.count)
      #expect(panel.named.count(where: \.isReference) == 1)
      for percentile in [50.0, 99] {
        let times = panel.lines.compactMap { $0.ladder[percentile] }
        let named = panel.named.compactMap { $0.ladder[percentile] }
        #expect(named.min() == times.min() && named.max() == times.max())
      }
      let texts = LatencyPlot([panel]).drawing(panel).shapes.compactMap(\.letters)
      #expect(
        panel.named.allSatisfy {
          texts.contains($0.server.shortened(to: 15)) || texts.contains($0.server.shortened(to: 17))
        })
    }
  }

  @Test func `rounds are over the medians of their rows`() throws {
    let result = try CommittedResults.open("latency")
    let picture = try #require(RoundsPicture(result))
    #expect(picture.metric == .p50)
    let first = try #require(picture.rounds.first)
    let rows = result.summaries.filter { $0.rounds.contains { $0.round == 1 } }
    #expect(first.number == 1 && first.ratios.count == rows.count)
    let ratios = rows.map { row in
      let times = row.rounds.compactMap { round in
        (round.client?.latency.percentiles["50"] ?? nil).map { Double($0) }
      }
      let own = row.rounds.first { $0.round == 1 }?.client?.latency.percentiles["50"] ?? nil
      return Double(own ?? 0) / (Sample(times)?.median ?? 1)
    }
    #expect(first.ratios == Sample(ratios))
  }

  @Test func `each row is counted once by how sure it is`() throws {
    for suite in ["latency", "seed"] {
      let result = try CommittedResults.open(suite)
      let picture = try #require(SurenessPicture(result))
      let measured = result.summaries.filter { $0.status == .measured }
      #expect(picture.rows == measured.count)
      #expect(picture.classes.map(\.count).reduce(0, +) == measured.count)
      let precise = measured.count { ($0.precision ?? 1) <= 0.1 }
      #expect(picture.unwanted == measured.count - precise)
    }
  }

  @Test func `the twin's ratios are those of its rounds`() throws {
    let result = try CommittedResults.open("quick")
    let picture = try #require(TwinPicture(result))
    #expect(picture.ratios.count == result.twin?.pairs(.messagesPerSecond)?.pairs.count)
    #expect(picture.interval?.contains(picture.ratio ?? 0) == true)
    #expect(picture.finding.hasSuffix("not shown to differ"))
  }
}
