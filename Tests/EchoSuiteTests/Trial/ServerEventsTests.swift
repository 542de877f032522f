import EchoIO
import Foundation
import Testing

@testable import EchoSuite

struct ServerEventsTests {
  private let cpu = CPUTime(userNanoseconds: 1_500_000_000, systemNanoseconds: 20_000_000)

  private func stopped(reads: UInt64?, writes: UInt64?) -> ServerStopped {
    var counters = ServerCounters()
    counters.connections = 3
    counters.bytesIn = 2000
    counters.bytesOut = 1999
    counters.reads = reads
    counters.writes = writes
    return ServerStopped(counters, cpu: cpu)
  }

  @Test(
    arguments: [
      (5, 2, #""reads":5,"writes":2"#), (nil, 2, #""reads":null,"writes":2"#),
      (nil, nil, #""reads":null,"writes":null"#),
    ] as [(UInt64?, UInt64?, String)])
  func `counters are written and read as one document, unknown ones as null`(
    reads: UInt64?, writes: UInt64?, inside: String
  ) throws {
    let event = stopped(reads: reads, writes: writes)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = try encoder.encode(event)
    #expect(
      String(decoding: json, as: UTF8.self)
        == #"{"counters":{"bytes_in":2000,"bytes_out":1999,"connections":3,\#(inside)},"#
        + #""cpu":{"system_ns":20000000,"user_ns":1500000000},"#
        + #""event":"stopped","schema":"echobench-server/1"}"#)
    #expect(try JSONDecoder().decode(ServerStopped.self, from: json) == event)
  }

  @Test func `a counter that is missing is no document`() {
    let json = Data(
      (#"{"counters":{"bytes_in":1,"bytes_out":1,"connections":1,"reads":1},"#
        + #""cpu":{"system_ns":0,"user_ns":0},"event":"stopped","schema":"echobench-server/1"}"#)
        .utf8)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ServerStopped.self, from: json)
    }
  }

  @Test func `the spread over several threads is in the document and in the words`() throws {
    let json = Data(
      (#"{"counters":{"bytes_in":1,"bytes_out":1,"connections":3,"reads":1,"writes":1,"#
        + #""connections_per_thread":{"least":1,"most":2}},"#
        + #""cpu":{"system_ns":0,"user_ns":0},"event":"stopped","schema":"echobench-server/1"}"#)
        .utf8)
    let event = try JSONDecoder().decode(ServerStopped.self, from: json)
    #expect(event.description.hasSuffix(" system, 1 to 2 connections per thread"))
    #expect(
      try JSONDecoder().decode(ServerStopped.self, from: JSONEncoder().encode(event)) == event)
  }

  @Test func `people read that a counter is unknown`() {
    #expect(
      stopped(reads: nil, writes: 2).description
        == "3 connections, 2000 bytes in, 1999 bytes out, unknown reads, 2 writes, CPU 1.500 s user"
        + " and 0.020 s system")
  }
}
