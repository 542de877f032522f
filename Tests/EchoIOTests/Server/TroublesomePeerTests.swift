import Testing

@testable import EchoIO

extension DataPlane {
  /// Peers that break off or do not read hurt nobody but themselves.
  struct TroublesomePeerTests {
    @Test(arguments: BackendUnderTest.all)
    func `a reset in mid-message does not hurt the others`(backend: BackendUnderTest) throws {
      let message = scrambledBytes(200_000)
      let counters = try withServer(backend, bufferSize: 4096) { server in
        let bystander = try Peer(server.address)
        for length in [1, 5000, 150_000] {
          for _ in 0..<5 {
            let breaking = try Peer(server.address)
            try breaking.send(message.prefix(length))
            #expect(try bystander.echoDifference(message) == nil)
            breaking.reset()
          }
        }
        #expect(try bystander.echoDifference(message) == nil)
        bystander.halfClose()
        #expect(try bystander.receiveToEnd() == [])
      }
      #expect(counters.connections == 16)
      #expect(counters.bytesIn >= 16 * message.count)
    }

    @Test(arguments: BackendUnderTest.all)
    func `a reset while the server waits to write does not hurt the others`(
      backend: BackendUnderTest
    ) throws {
      try withServer(backend, bufferSize: 4096, threads: 2) { server in
        let bystander = try Peer(server.address)
        for _ in 0..<3 {
          let breaking = try Peer(server.address)
          sendUntilStuck(breaking)
          breaking.reset()
          #expect(try bystander.echoDifference(scrambledBytes(10_000)) == nil)
        }
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `peers that read late get their own bytes, whoever shares a buffer with them`(
      backend: BackendUnderTest
    ) throws {
      // A unix socket holds no more than net.core.wmem_default unread, about 200 KiB: the server is
      // stuck with each of them until it reads.
      try withUnixAddress { address in
        _ = try withServer(backend, on: address, bufferSize: 16 << 10) { server in
          let late = try (0..<4).map { _ in try Peer(server.address) }
          let messages = late.indices.map { scrambledBytes(3 << 20, seed: UInt64($0)) }
          let senders = try late.indices.map { index in
            try BoundedWork("sender-\(index)") {
              try late[index].send(messages[index])
              late[index].halfClose()
            }
          }
          let prompt = try Peer(server.address)
          for _ in 0..<20 { #expect(try prompt.echoDifference(scrambledBytes(10_000)) == nil) }
          for (peer, message) in zip(late, messages) {
            #expect(try firstDifference(peer.receiveToEnd(), message) == nil)
          }
          for sender in senders { try sender.value() }
        }
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a stream that had ended before the server looked is echoed to its end`(
      backend: BackendUnderTest
    ) throws {
      try withUnixAddress { address in
        let messages = (0..<3).map { scrambledBytes(60_000, seed: UInt64($0)) }
        var peers: [Peer] = []
        let server = try RunningServer(backend, on: address, bufferSize: 1024, threads: 3) { _ in
          for message in messages {
            let peer = try Peer(address)
            try peer.send(message)
            peer.halfClose()
            peers.append(peer)
          }
        }
        defer { _ = try? server.finish() }
        for (peer, message) in zip(peers, messages) {
          #expect(try firstDifference(peer.receiveToEnd(), message) == nil)
        }
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a stream that has ended is written whole before its connection is closed`(
      backend: BackendUnderTest
    ) throws {
      // The socket takes a part of its only reply.
      var sockets = SocketOptions.standard
      sockets.sendBuffer = ByteCount(4096)
      let message = scrambledBytes(60_000)
      try withUnixAddress { address in
        var late: Peer?
        let server = try RunningServer(
          backend, on: address, threads: backend.holdsThreads ? 2 : 1, sockets: sockets
        ) { _ in
          let peer = try Peer(address)
          try peer.send(message)
          peer.halfClose()
          late = peer
        }
        defer { _ = try? server.finish() }
        // The server has seen to the one that came before, as far as that goes.
        let prompt = try Peer(address)
        for _ in 0..<50 { #expect(try prompt.echoDifference(scrambledBytes(100)) == nil) }
        #expect(try firstDifference(#require(late).receiveToEnd(), message) == nil)
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a peer that is never quiet holds nobody up`(backend: BackendUnderTest) throws {
      // A unix socket takes what is echoed on it without a pause: there is always more to read.
      try withUnixAddress { address in
        _ = try withServer(backend, on: address, bufferSize: 1024, threads: 2) { server in
          let other = try Peer(address)
          let loud = try (0..<(backend.holdsThreads ? 1 : 2)).map { _ in try Peer(address) }
          let piece = scrambledBytes(64 << 10)
          let senders = try loud.map { peer in
            try BoundedWork("sender") { while (try? peer.send(piece)) != nil {} }
          }
          let readers = try loud.map { peer in
            try BoundedWork("reader") { peer.receiveUntilBroken() }
          }
          for seed in 0..<50 {
            let message = scrambledBytes(3000, seed: UInt64(seed))
            #expect(try other.echoDifference(message) == nil)
          }
          for peer in loud { peer.breakOff() }
          for sender in senders { try sender.value() }
          for reader in readers { #expect(try reader.value() > 0) }
        }
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `peers that send without pause leave a fair share to one that waits for each reply`(
      backend: BackendUnderTest
    ) throws {
      let trips = 100
      // A server that takes turns passes two or three buffers of 64 KiB on meanwhile, or two or three times
      // 32 of them, which is libuv's turn.
      let mostPerTrip = 16 << 20
      let flooded = Lock(0)
      let isFlooding = try StopSignal()
      try withServer(backend, threads: backend.holdsThreads ? 3 : 1) { server in
        let floods = try (0..<2).map { _ in try Peer(server.address) }
        defer { for flood in floods { flood.breakOff() } }
        let block = scrambledBytes(1 << 20)
        let senders = try floods.map { flood in
          try BoundedWork("sender") { while (try? flood.send(block)) != nil {} }
        }
        let readers = try floods.map { flood in
          try BoundedWork("reader") {
            while let piece = try? flood.receiveOnce(256 << 10), !piece.isEmpty {
              let total = flooded.withLock { total in
                total += piece.count
                return total
              }
              if total > 64 << 20, total - piece.count <= 64 << 20 { isFlooding.fire() }
            }
          }
        }
        let patient = try Peer(server.address)
        let ping = scrambledBytes(100)
        try #require(isFlooding.wait(timeout: .seconds(20)))
        // A quarter of them: this thread, too, has to wait for a CPU, as those that read the floods have not.
        let before = flooded.withLock { $0 }
        var passed = [before]
        while passed.count <= trips, passed.last! - before < 4 * trips * mostPerTrip {
          try patient.send(ping)
          #expect(try patient.receive(ping.count) == ping)
          passed.append(flooded.withLock { $0 })
        }
        let quick = zip(passed.dropFirst(), passed).count { $0 - $1 <= mostPerTrip }
        #expect(quick >= trips / 4, "of \(passed.count - 1) round trips")
        for flood in floods { flood.breakOff() }
        for sender in senders { try sender.value() }
        for reader in readers { try reader.value() }
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a peer that never reads costs one buffer and holds nobody up`(
      backend: BackendUnderTest
    ) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        // A thread is left for the other peer where a connection holds one.
        try withServer(.named(name), threads: 2) { server in
          let other = try Peer(server.address)
          #expect(try other.echoDifference(scrambledBytes(100_000)) == nil)
          let mostAccepted = 512 << 20
          let before = ThisProcess.residentBytes
          let silent = try Peer(server.address)
          let accepted = sendUntilStuck(silent, atMost: mostAccepted)
          // Four socket buffers, which the kernel lets grow to tcp_wmem[2] and tcp_rmem[2].
          #expect(accepted < mostAccepted)
          #expect(ThisProcess.residentBytes - before < 8 << 20)
          #expect(try other.echoDifference(scrambledBytes(1 << 20)) == nil)
        }
      }
    }
  }
}
