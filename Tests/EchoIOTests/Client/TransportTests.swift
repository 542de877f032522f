import Testing

@testable import EchoIO

extension DataPlane {
  /// What a client's connections go over, and how it sets their sockets.
  @Suite struct TransportTests {
    @Test(arguments: Engine.allCases)
    func `a report says how the kernel has set the sockets`(engine: Engine) throws {
      try withServer(try .named("epoll")) { server in
        let report = try load(server.address, engine) {
          $0.load.nodelay = false
          $0.load.sendBuffer = ByteCount(32 << 10)
          $0.load.receiveBuffer = ByteCount(48 << 10)
        }
        expectValid(report, messages: 5)
        let sockets = try #require(report.sockets)
        #expect(sockets.nodelay == false)
        #expect(sockets.sendBufferBytes == 64 << 10 && sockets.receiveBufferBytes == 96 << 10)
        #expect(report.workload.load.sendBuffer?.bytes == 32 << 10)
        #expect(report.workload.load.transport == .tcp)
      }
    }

    @Test func `a client that is told nothing holds nothing back`() throws {
      try withServer(try .named("epoll")) { server in
        let report = try load(server.address, .event)
        #expect(report.sockets?.nodelay == true)
        #expect(report.sockets?.sendBufferBytes ?? 0 > 0)
      }
    }

    @Test func `the transport is that of the address`() throws {
      try withUnixAddress { address in
        _ = try withServer(try .named("epoll"), on: address) { server in
          let report = try load(server.address, .blocking)
          expectValid(report, messages: 5)
          #expect(report.workload.load.transport == .unix)
          #expect(try #require(report.sockets).nodelay == nil)
        }
      }
    }

    @Test(.enabled(if: Transport.tcp6.unavailability == nil))
    func `a name is of the transport that its connections have`() throws {
      let addresses: [(String, Transport)] = [("::1", .tcp6), ("127.0.0.1", .tcp)]
      for (host, transport) in addresses {
        try withServer(try .named("epoll"), on: .internet(host: host, port: 0)) { server in
          guard case .internet(_, let port) = server.address else { return }
          // The only one of the two that anybody listens on.
          let candidates = try addresses.flatMap {
            try SocketAddress.all(of: .internet(host: $0.0, port: port))
          }
          let connections = try Connector(
            3, to: ResolvedAddress(.internet(host: "both.example", port: port), candidates),
            timeout: .seconds(10), until: try StopSignal()
          ).connect()
          let transports = try connections.map { try Transport(of: $0) }
          #expect(transports == [transport, transport, transport])
          for connection in connections { Peer(owning: connection).hangUp() }
        }
      }
    }

    @Test func `a run that does not connect has the transport that its address tells`() throws {
      let error = SystemError("connect", errno: 111, phase: .connect)
      for (text, transport) in [("[::1]:1", Transport.tcp6), ("unix:/a", .unix), ("a:1", .tcp)] {
        let workload = Workload(address: try Address(parsing: text))
        let report = ClientReport(workload, error: error)
        #expect(report.workload.load.transport == transport)
        #expect(report.sockets == nil)
      }
    }
  }
}

struct AddressTransportTests {
  @Test(arguments: [
    ("127.0.0.1:1", Transport.tcp), ("[::1]:1", .tcp6), ("[fe80::1%lo]:1", .tcp6),
    ("unix:/tmp/a", .unix), ("localhost:1", nil),
  ])
  func `an address tells its transport, and a name does not`(text: String, expected: Transport?)
    throws
  {
    #expect(try Address(parsing: text).transport == expected)
  }
}
