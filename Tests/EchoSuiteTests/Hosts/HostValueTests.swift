import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// Parts of a load, clocks of hosts, and what is made of several clients' reports.
struct HostValueTests {
  @Test(arguments: [1, 2, 3, 7])
  func `the parts of a load are the load`(count: Int) {
    var load = Load(engine: .event, workers: 3, connections: 11, idle: 8)
    load.rate = 1001
    let parts = (0..<count).map { load.part($0, of: count) }
    #expect(parts.map(\.connections).reduce(0, +) == 11)
    #expect(parts.compactMap(\.rate).reduce(0, +) == 1001)
    #expect(parts.compactMap(\.idle).reduce(0, +) == 8)
    #expect(parts.allSatisfy { $0.workers >= 1 && $0.connections >= $0.workers })
    if count <= 3 { #expect(parts.map(\.workers).reduce(0, +) == 3) }
    #expect(parts.allSatisfy { (try? $0.check()) != nil })
  }

  @Test func `a blocking client's part has a connection for each of its workers`() {
    let parts = (0..<2).map { Load(workers: 5).part($0, of: 2) }
    #expect(parts.map(\.connections) == [3, 2] && parts.map(\.workers) == [3, 2])
  }

  @Test(arguments: [5_000_000_000, -5_000_000_000, 0, .max, .min + 1] as [Int64])
  func `a moment there and back is the same, within what there is`(offset: Int64) {
    let clock = HostClock(offset: offset, error: 1)
    let now: UInt64 = 1_796_000_000_000_000_000
    let there = clock.there(now)
    if offset.magnitude < now { #expect(clock.here(there) == now) }
    #expect(clock.there(.max) >= now && clock.here(0) >= 0)
  }

  @Test func `words are split at blanks, but for quotes`() throws {
    #expect(try commandWords("  ssh -o 'A B'  h1 ") == ["ssh", "-o", "A B", "h1"])
    #expect(try commandWords(#"a "b \" $c" d\ e ''"#) == ["a", #"b " $c"#, "d e", ""])
    #expect(try commandWords(#"a 'b\c'"#) == ["a", #"b\c"#])
    for text in [#"a "b"#, "a 'b", #"a\"#] {
      #expect(throws: UnitError.self) { try commandWords(text) }
    }
  }

  @Test func `every line between a suite and an agent is read as it was written`() throws {
    let server = Server(name: "epoll", kind: .backend(name: "epoll"), bufferBytes: 4096)
    let requests: [AgentRequest] = [
      .clock(number: 1), .serve(server: server, transport: .tcp, host: "h", longestStart: 5),
      .observe(from: 1, to: 2), .drive(arguments: ["--duration", "1s"]), .go(at: 3), .stop,
    ]
    for request in requests {
      let data = try JSONEncoder().encode(request)
      #expect(try JSONDecoder().decode(AgentRequest.self, from: data) == request)
    }
    let ended = AgentEvent.reported(status: 0, signal: nil, output: "{}", errors: "")
    #expect(ended.endsWork && !AgentEvent.ready.endsWork)
    let data = try JSONEncoder().encode(ended)
    #expect(try JSONDecoder().decode(AgentEvent.self, from: data) == ended)
  }

  /// An end is one or the other.
  @Test func `an end that is none is not taken for one`() {
    #expect(ProcessEnd(status: nil, signal: nil) == nil)
    #expect(ProcessEnd(status: 1, signal: 9) == nil)
    #expect(ProcessEnd(status: 3, signal: nil) == .exited(3))
  }
}
