import Testing

@testable import EchoIO

extension DataPlane {
  /// What every backend has to give back.
  struct EchoTests {
    @Test(arguments: BackendUnderTest.all)
    func `messages of many sizes come back in order on every connection`(
      backend: BackendUnderTest
    ) throws {
      var random = FixedRandom(1)
      let rounds = (0..<60).map { _ in Int.random(in: 1...20_000, using: &random) }
      let counters = try withServer(backend, bufferSize: 4096) { server in
        let peers = try (0..<5).map { _ in try Peer(server.address) }
        for (round, size) in rounds.enumerated() {
          let messages = peers.indices.map {
            scrambledBytes(size + $0 * 7, seed: UInt64(round * 10 + $0))
          }
          for (peer, message) in zip(peers, messages) { try peer.send(message) }
          for (peer, message) in zip(peers, messages).reversed() {
            #expect(try firstDifference(peer.receive(message.count), message) == nil)
          }
        }
      }
      let total = rounds.reduce(0) { $0 + 5 * $1 + 7 * (0 + 1 + 2 + 3 + 4) }
      #expect(counters.bytesIn == UInt64(total))
    }

    @Test(arguments: BackendUnderTest.all)
    func `a message larger than both socket buffers comes back through a small buffer`(
      backend: BackendUnderTest
    ) throws {
      // tcp(7): tcp_wmem and tcp_rmem let the four of them grow to 4 and 6 MiB.
      let message = scrambledBytes(24 << 20)
      let counters = try withServer(backend, bufferSize: 4096) { server in
        let peer = try Peer(server.address)
        #expect(try peer.echoDifference(message) == nil)
      }
      #expect(counters.bytesIn == UInt64(message.count))
      #expect(counters.bytesOut == UInt64(message.count))
    }

    @Test(arguments: BackendUnderTest.all)
    func `what a socket takes only in parts comes back whole`(backend: BackendUnderTest) throws {
      // A send buffer of less than a read: no reply to a full buffer is taken at once.
      var sockets = SocketOptions.standard
      sockets.sendBuffer = ByteCount(4096)
      let message = scrambledBytes(2 << 20)
      let counters = try withServer(backend, bufferSize: 64 << 10, sockets: sockets) { server in
        let peer = try Peer(server.address)
        let sending = try BoundedWork("sender") {
          try peer.send(message)
          peer.halfClose()
        }
        #expect(try firstDifference(peer.receiveToEnd(), message) == nil)
        try sending.value()
      }
      #expect(counters.bytesIn == UInt64(message.count))
      #expect(counters.bytesOut == UInt64(message.count))
    }

    @Test(arguments: BackendUnderTest.all)
    func `bytes that come one at a time go back one at a time`(backend: BackendUnderTest) throws {
      let counters = try withServer(backend) { server in
        let peer = try Peer(server.address)
        for byte in scrambledBytes(300) {
          try peer.send([byte])
          #expect(try peer.receiveOnce(16) == [byte])
        }
      }
      #expect(counters.bytesOut == 300)
      #expect(counters.writes ?? 300 == 300)
    }

    @Test(arguments: BackendUnderTest.all)
    func `bytes sent one at a time without waiting come back in order`(
      backend: BackendUnderTest
    ) throws {
      let message = scrambledBytes(5000)
      try withServer(backend, bufferSize: 3) { server in
        let peer = try Peer(server.address)
        for byte in message { try peer.send([byte]) }
        #expect(try firstDifference(peer.receive(message.count), message) == nil)
      }
    }

    // Both ends of each connection are open here, beside what the tests themselves have open.
    @Test(
      .enabled(if: ThisProcess.mostDescriptors >= 1200, "needs 1200 descriptors (ulimit -Hn)"),
      arguments: BackendUnderTest.all)
    func `500 connections at once are all served`(backend: BackendUnderTest) throws {
      let counters = try withServer(backend) { server in
        let peers = try (0..<500).map { _ in try Peer(server.address) }
        for (index, peer) in peers.enumerated() {
          try peer.send(scrambledBytes(1000 + index, seed: UInt64(index)))
          peer.halfClose()
        }
        for (index, peer) in peers.enumerated() {
          let message = scrambledBytes(1000 + index, seed: UInt64(index))
          #expect(try firstDifference(peer.receiveToEnd(), message) == nil)
        }
      }
      #expect(counters.connections == 500)
      #expect(counters.bytesIn == (0..<500).reduce(0) { $0 + 1000 + $1 })
      #expect(counters.bytesOut == counters.bytesIn)
    }

    @Test(arguments: BackendUnderTest.all, [1, 70_000, 3 << 20])
    func `a half-closed connection is echoed to the end and then closed`(
      backend: BackendUnderTest, size: Int
    ) throws {
      let message = scrambledBytes(size)
      try withServer(backend, bufferSize: 4096) { server in
        let peer = try Peer(server.address)
        let sending = try BoundedWork("sender") {
          try peer.send(message)
          peer.halfClose()
        }
        #expect(try firstDifference(peer.receiveToEnd(), message) == nil)
        try sending.value()
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a connection that says nothing is closed without a byte`(
      backend: BackendUnderTest
    ) throws {
      let counters = try withServer(backend) { server in
        let peer = try Peer(server.address)
        peer.halfClose()
        #expect(try peer.receiveToEnd() == [])
      }
      #expect(counters.connections == 1)
      #expect(counters.bytesIn == 0)
      #expect(counters.writes ?? 0 == 0)
    }

    @Test(arguments: BackendUnderTest.all)
    func `the counters add up to what was sent`(backend: BackendUnderTest) throws {
      let sizes = [1, 999, 4096, 4097, 65_536, 300_000]
      let counters = try withServer(backend, bufferSize: 4096) { server in
        for size in sizes {
          let peer = try Peer(server.address)
          #expect(try peer.echoDifference(scrambledBytes(size)) == nil)
          peer.halfClose()
          #expect(try peer.receiveToEnd() == [])
        }
      }
      let total = UInt64(sizes.reduce(0, +))
      #expect(counters.connections == UInt64(sizes.count))
      #expect(counters.bytesIn == total)
      #expect(counters.bytesOut == total)
      // No read takes more than the buffer (libuv is offered one byte more), and each connection
      // has one that finds the end of the stream. What a backend does not know it does not say.
      #expect(counters.reads ?? .max >= total / 4097 + UInt64(sizes.count))
      let most = UInt64(backend.mostHeld(bufferSize: 4096))
      #expect(counters.writes ?? .max >= total / (4097 * most))
    }
  }
}
