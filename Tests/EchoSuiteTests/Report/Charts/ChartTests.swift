import EchoIO
import Testing

@testable import EchoSuite

/// What each picture says of given results.
struct ChartTests {
  @Test func `CPU time is divided as the ticks of all rounds are`() throws {
    let result = SimulatedRun(seed: 1).result(try SimulatedRun.plan(rounds: 8))
    let section = try #require(CostPictures(result).section)
    #expect(section.figures.count == 2)
    // A quarter is the server's own in the simulation.
    #expect(section.figures[0].description.contains("75 % of it in the kernel"))
    #expect(!section.figures[0].description.contains("floor"))
  }

  @Test func `the machine's floor is drawn where it is known`() throws {
    let section = try #require(CostPictures(try CommittedResults.open("quick")).section)
    let shapes = section.figures[0].drawing.shapes
    #expect(shapes.compactMap(\.words).contains { $0.text.hasPrefix("floor ") })
  }

  @Test func `growth has a line for each server, and names for seven`() throws {
    let section = try #require(GrowthPictures(try CommittedResults.open("scale")).section)
    #expect(section.heading == "What changes with more connections?")
    #expect(section.figures.count == 4)
    let lines = section.figures[0].drawing.shapes.filter {
      if case .line(let points, _, _) = $0.geometry { points.count > 2 } else { false }
    }
    #expect(lines.count == 9)
    #expect(lines.filter { $0.paint == .grid }.count == 2)
  }

  @Test func `message sizes are no growth, and two values are no line`() throws {
    #expect(GrowthPictures(try CommittedResults.open("seed")).section == nil)
    #expect(GrowthPictures(try CommittedResults.open("quick")).section == nil)
  }

  @Test func `a buffer is marked only where its ratio is beyond the margin`() throws {
    let cell = BufferMap.Cell(value: 1, status: "", isReference: false)
    let at = { (lower: Double, upper: Double) in
      var cell = cell
      cell.interval = Interval(lower: lower, upper: upper, coverage: 0.95)
      return cell
    }
    #expect(at(0.4, 0.9).isBelow)
    #expect(!at(0.8, 0.95).isBelow)
    #expect(at(1.2, 1.3).isAbove && !at(1.05, 1.3).isAbove)
    #expect(!cell.isBelow && !cell.isAbove)
  }

  @Test func `buffers have a map for each server that ran with several`() throws {
    let section = try #require(BufferPictures(try CommittedResults.open("seed")).section)
    #expect(section.figures.count == 8)
    #expect(section.figures[0].description.contains("4 KiB for 64 KiB: 0."))
    #expect(BufferPictures(try CommittedResults.open("quick")).section == nil)
  }

  @Test func `what is reported stands beside what is echoed`() throws {
    let section = try #require(UnverifiedPictures(try CommittedResults.open("seed")).section)
    #expect(section.figures.allSatisfy { $0.description.contains("echoed") })
    #expect(UnverifiedPictures(try CommittedResults.open("quick")).section == nil)
  }
}
