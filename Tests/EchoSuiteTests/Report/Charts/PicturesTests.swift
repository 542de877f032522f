import Foundation
import FoundationXML
import Testing

@testable import EchoSuite

/// What holds of every picture, whatever it shows.
struct PicturesTests {
  static let suites = ["quick", "seed", "scale", "latency", "depth"]

  @Test(arguments: suites)
  func `every picture is well-formed and the same each time`(suite: String) throws {
    let result = try CommittedResults.open(suite)
    let pictures = Pictures(result)
    #expect(pictures == Pictures(result))
    let figures = pictures.sections.flatMap(\.figures)
    #expect(Set(figures.map(\.name)).count == figures.count)
    for figure in figures + [RatioPictures(result).file] {
      for text in [SVG(figure).element, SVG(figure).file] {
        let parser = XMLParser(data: Data(text.utf8))
        #expect(parser.parse(), "\(figure.name): \(String(describing: parser.parserError))")
      }
    }
  }

  @Test(arguments: suites)
  func `nothing lies outside a picture`(suite: String) throws {
    let result = try CommittedResults.open(suite)
    for figure in Pictures(result).sections.flatMap(\.figures) + [RatioPictures(result).file] {
      let (width, height) = (figure.drawing.width, figure.drawing.height)
      #expect(width <= 680)
      for shape in figure.drawing.shapes {
        for corner in shape.corners {
          #expect(
            (-0.5...width + 0.5).contains(corner.x) && (-0.5...height + 0.5).contains(corner.y),
            "\(figure.name): \(shape)")
        }
      }
    }
  }

  @Test(arguments: suites)
  func `words that begin or end at one line do not overlap`(suite: String) throws {
    let result = try CommittedResults.open(suite)
    for figure in Pictures(result).sections.flatMap(\.figures) + [RatioPictures(result).file] {
      let words = figure.drawing.shapes.compactMap(\.words)
      let columns = Dictionary(grouping: words) { "\($0.point.x) \($0.anchor)" }
      for column in columns.values {
        let heights = column.map(\.point.y).sorted()
        let apart = zip(heights, heights.dropFirst()).map { $1 - $0 }
        #expect(apart.allSatisfy { $0 >= 14 }, "\(figure.name): \(column.map(\.text))")
      }
    }
  }

  @Test(arguments: suites)
  func `every picture says what it shows to who does not see it`(suite: String) throws {
    for section in Pictures(try CommittedResults.open(suite)).sections {
      #expect(!section.figures.isEmpty && section.heading.hasSuffix("?"))
      for figure in section.figures {
        #expect(figure.name.hasPrefix(section.id))
        #expect(!figure.title.isEmpty && figure.description.hasSuffix("."))
      }
    }
  }

  @Test func `names of servers are no markup, and long ones are cut`() throws {
    let hostile = #"</text><script>alert("1")</script>&"#
    let long = String(repeating: "echo-", count: 30)
    var run = SimulatedRun(seed: 3)
    run.speeds = [hostile: 2]
    run.wrong = [long]
    let result = run.result(try SimulatedRun.plan(names: [hostile, long], rounds: 8))
    for figure in Pictures(result).sections.flatMap(\.figures) + [RatioPictures(result).file] {
      let text = SVG(figure).file
      #expect(!text.contains("<script>"))
      #expect(XMLParser(data: Data(text.utf8)).parse())
      let shown = figure.drawing.shapes.compactMap(\.words).map(\.text)
      #expect(shown.allSatisfy { $0.count < 90 })
    }
  }

  @Test func `a suite without figures has no pictures, and says so in the one by itself`() throws {
    let result = SuiteResult(
      plan: try Plan.threeServers(), machine: .simulated, measurements: [])
    #expect(Pictures(result).sections.isEmpty)
    #expect(RatioPictures(result).file.title == "three: nothing is compared")
    #expect(XMLParser(data: Data(SVG(RatioPictures(result).file).file.utf8)).parse())
  }
}

extension Shape {
  /// Of what it covers; of words where they are anchored.
  var corners: [Point] {
    switch geometry {
    case .line(let points, _, _): points
    case .rectangle(let point, let width, let height, _):
      [point, Point(point.x + width, point.y + height)]
    case .dot(let point, let radius), .ring(let point, let radius),
      .cross(let point, let radius), .diamond(let point, let radius):
      [Point(point.x - radius, point.y - radius), Point(point.x + radius, point.y + radius)]
    case .text(let words, let point, let anchor, _):
      [point] + [Point(point.x + Self.end(words, anchor), point.y)]
    }
  }

  /// Where words end that have the letters of a narrow font.
  private static func end(_ words: String, _ anchor: Anchor) -> Double {
    let width = 5.2 * Double(words.count)
    return anchor == .start ? width : anchor == .end ? -width : width / 2
  }

  var words: (text: String, point: Point, anchor: Anchor)? {
    guard case .text(let text, let point, let anchor, _) = geometry else { return nil }
    return (text, point, anchor)
  }
}
