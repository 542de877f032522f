import Foundation
import Testing

@testable import EchoSuite

struct IntervalEncodingTests {
  @Test func `an interval without an end is a number in JSON`() throws {
    let endless = Interval(lower: 0, upper: .infinity, coverage: 0.95)
    let read = try JSONDecoder().decode(Interval.self, from: try JSONEncoder().encode(endless))
    #expect(read.lower == 0 && read.upper == .greatestFiniteMagnitude && read.coverage == 0.95)
  }
}
