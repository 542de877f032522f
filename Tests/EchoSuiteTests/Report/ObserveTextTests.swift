import EchoIO
import Foundation
import Testing

@testable import EchoSuite

struct ObserveTextTests {
  @Test func `CPU time that went back is unknown, and not none`() throws {
    var reading = try #require(try ServerReading(of: getpid()))
    var text = ObserveText()
    let second: UInt64 = 1_000_000_000
    var line: [Substring] = []
    for (index, cpu) in [1, 3, 2, 2].enumerated() {
      reading.unix += second
      reading.server.cpuNanoseconds = UInt64(cpu) * second
      line = (text.line(reading) ?? "").split(separator: " ")
      #expect(index == 0 ? line.isEmpty : line[1] == ["2.00", "–", "0.00"][index - 1])
    }
    #expect(line[0] == "3.0")
  }
}
