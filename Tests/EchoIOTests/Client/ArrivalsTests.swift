import Glibc
import Testing

@testable import EchoIO

/// When messages are due in an open loop.
struct ArrivalsTests {
  @Test func `steady arrivals are an interval apart, from the origin`() {
    let arrivals = Arrivals(
      from: 1_000_000, interval: 2500, phase: 0.5, connections: 4, pattern: nil)
    #expect((0..<4).map { arrivals.due($0) } == [1_001_250, 1_003_750, 1_006_250, 1_008_750])
    // Far away, too: no error adds up.
    #expect(arrivals.due(4_000_000_000) == 1_001_250 + 10_000_000_000_000)
  }

  @Test func `blocks are dealt to the connections in turn`() {
    var arrivals = Arrivals(from: 0, interval: 100, phase: 0, connections: 3, pattern: nil)
    var dealt: [Int] = []
    for _ in 0..<7 {
      #expect(arrivals.next == arrivals.due(dealt.count / 3, on: arrivals.turn))
      dealt.append(arrivals.turn)
      arrivals.advance()
    }
    #expect(dealt == [0, 1, 2, 0, 1, 2, 0])
  }

  @Test(arguments: [0, 99, 100, 101, 1000, 1_000_000_000] as [UInt64])
  func `what is past is passed over, and whose turn comes next is kept`(moment: UInt64) {
    var walked = Arrivals(from: 0, interval: 100, phase: 0, connections: 3, pattern: nil)
    var jumped = walked
    jumped.pass(moment)
    let steps = moment < 1_000_000 ? Int(moment / 100) + 1 : 0
    for _ in 0..<steps { walked.advance() }
    #expect(jumped.next == moment / 100 * 100 + 100)
    #expect(jumped.turn == Int(moment / 100 + 1) % 3)
    if steps > 0 { #expect(jumped.next == walked.next && jumped.turn == walked.turn) }
  }

  @Test func `what is due in more than a century is due then`() {
    let arrivals = Arrivals(from: 1000, interval: 1e15, phase: 0, connections: 60_000, pattern: nil)
    #expect(arrivals.due(1) == 1000 + 1_000_000_000_000_000)
    #expect(arrivals.due(3000, on: 59_999) == 1000 + 3_200_000_000_000_000_000)
  }

  @Test func `random arrivals keep the rate, and have gaps like an exponential distribution's`() {
    let pattern = ArrivalPattern(seed: 7)
    defer { pattern.deallocate() }
    let count = ArrivalPattern.count
    #expect(pattern.position(of: 0) == 0)
    #expect(pattern.position(of: 3 * count) == Double(3 * count))
    let gaps = (0..<count).map { pattern.position(of: $0 + 1) - pattern.position(of: $0) }
    #expect(gaps.allSatisfy { $0 >= 0 })
    let mean = gaps.reduce(0, +) / Double(count)
    #expect(abs(mean - 1) < 1e-9)
    let variance = gaps.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / Double(count)
    // 1, with a standard error of √(8 ÷ n).
    #expect(abs(variance - 1) < 4 * (8 / Double(count)).squareRoot())
    // Kolmogorov and Smirnov: the greatest distance between the two distributions, 1 % critical value.
    let sorted = gaps.sorted()
    let distance = sorted.indices.map {
      abs(Double($0) / Double(count) - (1 - exp(-sorted[$0])))
    }.max()
    #expect(distance ?? 1 < 1.63 / Double(count).squareRoot())
  }

  @Test func `the same seed gives the same arrivals, another gives others`() {
    let patterns = [5, 5, 6].map { ArrivalPattern(seed: $0) }
    defer { for pattern in patterns { pattern.deallocate() } }
    let positions = patterns.map { pattern in (0..<100).map { pattern.position(of: $0) } }
    #expect(positions[0] == positions[1])
    #expect(positions[0] != positions[2])
  }

  @Test(arguments: [0, 1, 250, 1000, 1001, 10_050, 100_000_000] as [UInt64])
  func `what is due and not sent is counted, without walking there`(moment: UInt64) {
    // Block k of the first connection is due at 200 k, of the second at 200 k + 100.
    let arrivals = Arrivals(from: 0, interval: 100, phase: 0, connections: 2, pattern: nil)
    let starts = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
    defer { starts.deallocate() }
    var connections = (0..<2).map {
      ClientConnection(-1, index: $0, block: 1, lifetime: .max, starts: starts)
    }
    connections.withUnsafeMutableBufferPointer { connections in
      let all = arrivals.backlog(of: connections, by: moment, block: 1)
      let expected = moment == 0 ? 0 : Int((moment - 1) / 100) + 1
      #expect(all.messages == expected)
      #expect(all.behind == moment)
      for index in connections.indices { connections[index].blocksIssued = 50 }
      let rest = arrivals.backlog(of: connections, by: moment, block: 10)
      #expect(rest.messages == max(0, expected - 100) * 10)
      #expect(rest.behind == (moment > 10_000 ? moment - 10_000 : 0))
    }
  }

  @Test func `of several workers all messages are behind, for as long as those of one`() {
    let parts = [Backlog(messages: 3, behind: 70), Backlog(messages: 4, behind: 50)]
    for order in [parts, parts.reversed()] {
      let all = order.reduce(Backlog.none, +)
      #expect(all.messages == 7 && all.behind == 70)
    }
  }
}
