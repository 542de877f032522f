import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

/// What several clients measured, as a page with its pictures.
struct MergePageTests {
  private static func merge(_ reports: [ClientReport]) throws -> Merge {
    try Merge(try MergeReports.inputs(reports), expecting: nil)
  }

  private static func spread(_ factor: Int) -> [UInt64] {
    (1...5000).map { UInt64(50_000 + $0 * factor) }
  }

  /// Two, the halves of its window.
  private static func withIntervals(_ report: inout ClientReport) {
    report.intervals = [0, 1].map { index in
      ClientReport.Interval(
        start: UInt64(index) * MergeReports.second / 2, duration: MergeReports.second / 2,
        completed: 2500, messagesPerSecond: 5000, errors: 0, latency: report.latency)
    }
  }

  @Test func `a page has every client, and the pictures of all`() throws {
    let merge = try Self.merge([
      try MergeReports.report("h1", 1, latencies: Self.spread(1), Self.withIntervals),
      try MergeReports.report("h2", 2, latencies: Self.spread(9)),
    ])
    let page = MergePage(merge).text
    #expect(page == MergePage(merge).text)
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(page.contains("<h1>2 clients against 10.77.0.11:25000</h1>"))
    for id in ["latency-1", "rates-1", "intervals-1"] {
      #expect(page.contains("<title id=\"\(id)-title\">"), "\(id)")
    }
    #expect(!page.contains("intervals-2"))
    #expect(page.contains("h1: 5000 messages/s; h2: 5000 messages/s."))
    // The slower one's half is that of its own histogram, and the line of all is between.
    #expect(page.contains("all clients: half within"))
    #expect(page.contains("h2: half within 72."))
    // Nothing is fetched and nothing runs.
    #expect(page.contains("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"))
    #expect(!page.contains("<script") && !page.contains("script-src"))
    #expect(
      page.components(separatedBy: "http://").dropFirst()
        .allSatisfy { $0.hasPrefix("www.w3.org/2000/svg") })
    let document = ParsedXML(String(page.dropFirst("<!DOCTYPE html>\n".count)), textsOf: "h2")
    #expect(document.isWellFormed)
    #expect(
      document.texts == [
        "How long does a message take?", "Who had how much of the rate?",
        "What happened over time?", "The server",
      ])
  }

  @Test func `one that is INVALID is a cross among the bars, and no latency is drawn`() throws {
    let merge = try Self.merge([
      try MergeReports.report("h1", 1),
      try MergeReports.report("h2", 2) {
        $0.valid = false
        $0.invalidReasons = ["<b>the server</b>"]
        $0.latency = ClientReport.Latency(LatencyHistogram())
      },
    ])
    let page = MergePage(merge).text
    #expect(page.contains("<b>INVALID</b>: h2: &lt;b&gt;the server&lt;/b&gt;."))
    #expect(page.contains("h1: 5000 messages/s; h2: INVALID."))
    #expect(!page.contains("They add up") && !page.contains("latency-1"))
  }

  @Test func `the picture by itself has what the page has, and is well-formed`() throws {
    let reports = [
      try MergeReports.report("h1", 1, latencies: Self.spread(1), Self.withIntervals),
      try MergeReports.report("h2", 2, latencies: Self.spread(9)),
    ]
    let merge = try Self.merge(reports)
    let picture = try MergeFormat.svg.render(merge)
    #expect(picture.hasPrefix(SVG.start(id: "merged")))
    let document = ParsedXML(picture, textsOf: "text")
    #expect(document.isWellFormed)
    for words in [
      "2 clients against 10.77.0.11:25000", "How long does a message take?", "all clients",
      "Who had how much of the rate?", "Together 10,000/s, the sum of the clients' rates.",
    ] {
      #expect(document.texts.contains { $0.contains(words) }, "\(words): \(document.texts)")
    }
    #expect(!document.texts.contains("What happened over time?"))
    let invalid = try Self.merge([
      reports[0],
      try MergeReports.report("h2", 2) {
        $0.valid = false
        $0.invalidReasons = ["<b>the server</b>"]
        $0.latency = ClientReport.Latency(LatencyHistogram())
      },
    ])
    let drawing = MergeFile(invalid).drawing
    #expect(DrawingLayout(drawing: drawing).problems == [])
    let words = ParsedXML(try MergeFormat.svg.render(invalid), textsOf: "text")
    #expect(words.isWellFormed && words.texts.contains("INVALID: h2: <b>the server</b>."))
  }

  @Test func `of many clients the slowest and the fastest are drawn, in their order`() {
    let rows = (1...100).map {
      ClientRatePlot.Row(client: "h\($0)", rate: $0 == 50 ? nil : Double(1000 * (101 - $0)))
    }
    let plot = ClientRatePlot(rows)
    let drawn = (1...20).map { "h\($0)" } + ["h50"] + (82...100).map { "h\($0)" }
    #expect(plot.rows.map(\.client) == drawn)
    #expect(plot.rest == " Of 100 clients the 20 slowest and the 20 fastest are shown.")
    #expect(ClientRatePlot(Array(rows.prefix(40))).rest == "")
    // A bar for each but the one that has none, the longest as long as there is room.
    let widths = plot.drawing.shapes.compactMap { shape -> Double? in
      if case .rectangle(_, let width, _, _) = shape.geometry { width } else { nil }
    }
    #expect(widths.count == 39 && widths.max() == widths.first)
  }

  @Test func `nothing lies on anything else, whatever the names and rates`() throws {
    let rows = [123_456.0, 0, 9_999_999, 1].map {
      ClientRatePlot.Row(client: String(repeating: "W", count: 100), rate: $0)
    }
    for rates in [rows, [ClientRatePlot.Row(client: "h1", rate: nil)] + rows] {
      #expect(DrawingLayout(drawing: ClientRatePlot(rates).drawing).problems == [])
    }
    let merge = try Self.merge(
      try (1...9).map {
        try MergeReports.report(
          "a-host-with-a-long-name-\($0)", $0, of: 9, latencies: Self.spread($0 * $0),
          Self.withIntervals)
      })
    #expect(DrawingLayout(drawing: MergeFile(merge).drawing).problems == [])
    let figures = MergePictures(merge).sections.flatMap(\.figures)
    #expect(figures.count == 11)
    for figure in figures {
      #expect(DrawingLayout(drawing: figure.drawing).problems == [], "\(figure.name)")
    }
  }

  @Test func `a table has the percentiles of each client, and those that pictures need stay`()
    throws
  {
    let merge = try Self.merge([
      try MergeReports.report("h1", 1, latencies: Self.spread(1), Self.withIntervals),
      try MergeReports.report("h2", 2, latencies: Self.spread(9)),
    ])
    let report = MergeReport(merge)
    let row = try #require(
      report.csv.split(separator: "\n").first { $0.hasPrefix("h2,") }?.split(
        separator: ",", omittingEmptySubsequences: false))
    #expect(report.clients[1].p50.map(String.init) == String(row[8]))
    #expect(report.clients[1].p99.map(String.init) == String(row[10]))
    let (p50, p99) = (try #require(report.clients[1].p50), try #require(report.clients[1].p99))
    #expect((72_400...72_700).contains(p50) && (94_500...94_800).contains(p99))
    // Of no client but of all, and of none with an interval's histogram.
    #expect(merge.shards.allSatisfy { $0.report.latency.hdrV2 == nil && $0.ladder != nil })
    #expect(merge.shards[0].report.intervals?.map { $0.latency.hdrV2 } == [nil, nil])
  }
}
