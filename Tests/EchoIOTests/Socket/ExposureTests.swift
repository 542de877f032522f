import Testing

@testable import EchoIO

struct ExposureTests {
  @Test(
    arguments: [
      ("127.0.0.1", false), ("127.9.8.7", false), ("::1", false), ("::ffff:127.0.0.1", false),
      ("0.0.0.0", true), ("::", true), ("10.0.0.1", true), ("126.255.255.255", true),
      ("128.0.0.1", true), ("::ffff:10.0.0.1", true), ("::2", true), ("fe80::1", true),
      ("2001:db8::1", true),
    ])
  func `an address is of this machine alone where it is loopback`(host: String, isExposed: Bool)
    throws
  {
    let addresses = try SocketAddress.all(of: .internet(host: host, port: 1))
    #expect(addresses.map(\.isExposed) == [isExposed])
  }

  @Test func `a unix socket is`() throws {
    #expect(try SocketAddress.all(of: .unix(path: "/tmp/a")).map(\.isExposed) == [false])
  }

  @Test func `what is to try are the limits that are not there`() throws {
    let listener = try Socket.listening(on: .internet(host: "0.0.0.0", port: 0))
    let address = Address.internet(host: "0.0.0.0", port: 7)
    func said(_ admission: Admission?) throws -> String {
      try #require(try listener.exposure(as: address, within: admission))
    }
    let both = Admission(mostConnections: 1, idleTimeout: .seconds(1))
    #expect(try said(nil).contains("limit that with --max-connections and --idle-timeout, or"))
    #expect(
      try said(Admission(mostConnections: 1, idleTimeout: nil)).contains("with --idle-timeout, or"))
    #expect(try !said(both).contains("--"))
    #expect(try said(both).hasPrefix("0.0.0.0:7 "))
    let loopback = try Socket.listening(on: RunningServer.loopback)
    #expect(try loopback.exposure(as: address, within: nil) == nil)
  }
}
