import Testing

@testable import EchoIO

/// Ports that will be too few, where connections take each other's place.
struct PortNeedTests {
  private func need(
    _ address: String, rate: Int? = nil, every: Int = 1,
    _ stopRule: StopRule = .duration(.seconds(5))
  ) throws -> PortNeed? {
    var load = Load(engine: .event, connections: 100)
    load.rate = rate
    load.reconnect = every
    return PortNeed(
      Workload(address: try Address(parsing: address), load: load, stopRule: stopRule))
  }

  @Test func `a rate for which ports do not last is foreseen`() throws {
    let far = try #require(try need("192.0.2.1:25000", rate: 1000))
    #expect(
      far.shortage(of: 28_232)?.hasPrefix(
        "1,000 new connections/s need 60,000 ports, since each is kept for 60 s") == true)
    #expect(
      try #require(try need("192.0.2.1:25000", rate: 1000, every: 3)).shortage(of: 28_232) == nil)
    // Over loopback a port is used again after a second.
    #expect(try #require(try need("[::1]:25000", rate: 28_000)).shortage(of: 28_232) == nil)
    #expect(try #require(try need("[::1]:25000", rate: 29_000)).shortage(of: 28_232) != nil)
  }

  @Test func `so are more messages than there are ports`() throws {
    let need = try #require(try need("192.0.2.1:25000", .messages(10_000)))
    #expect(need.shortage(of: 28_232)?.hasPrefix("50,000 new connections within 60 s") == true)
    #expect(need.shortage(of: 60_000) == nil)
  }

  @Test func `more messages than can be counted are too many`() throws {
    let need = try #require(try need("192.0.2.1:25000", .messages(.max)))
    #expect(need.shortage(of: 28_232) != nil)
  }

  @Test func `how long a closed loop lasts is up to the server`() throws {
    #expect(try #require(try need("192.0.2.1:25000")).shortage(of: 28_232) == nil)
  }

  @Test(arguments: ["127.0.0.1:25000", "localhost:25000", "unix:/tmp/echo"])
  func `where connections come from many addresses, or need no port, there is no shortage`(
    address: String
  ) throws {
    #expect(try need(address, rate: 1_000_000) == nil)
  }

  @Test func `what this machine has is read`() {
    #expect(PortNeed.ports > 0)
    #expect(PortNeed.inTimeWait ?? -1 >= 0)
  }
}
