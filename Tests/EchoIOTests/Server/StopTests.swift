import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// The end of a server, whatever its connections are doing.
  struct StopTests {
    @Test(arguments: BackendUnderTest.all)
    func `a server without connections stops with empty counters`(
      backend: BackendUnderTest
    ) throws {
      #expect(try withServer(backend) { _ in } == ServerCounters())
    }

    @Test(arguments: BackendUnderTest.all)
    func `a server that stops closes all of its connections`(backend: BackendUnderTest) throws {
      let server = try RunningServer(backend, threads: 3)
      let peers = try (0..<3).map { _ in try Peer(server.address) }
      for peer in peers { #expect(try peer.echoDifference([1, 2, 3]) == nil) }
      _ = try server.finish()
      for peer in peers { #expect(try peer.receiveToEnd() == []) }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a server in mid-transfer stops at once, with plausible counters`(
      backend: BackendUnderTest
    ) throws {
      let bufferSize = 16 << 10
      let server = try RunningServer(backend, bufferSize: bufferSize, threads: 4)
      // Two that read, one that does not, one that says nothing.
      let peers = try (0..<4).map { _ in try Peer(server.address) }
      for peer in peers {
        try peer.send([1])
        #expect(peer.hasInput(within: .seconds(20)))
      }
      let moving = try StopSignal()
      let senders = try peers.prefix(3).map { peer in
        try BoundedWork("sender") {
          let piece = scrambledBytes(64 << 10)
          while (try? peer.send(piece)) != nil {}
        }
      }
      let readers = try peers.prefix(2).map { peer in
        try BoundedWork("reader") {
          var received = 0
          while let piece = try? peer.receiveOnce(64 << 10), !piece.isEmpty {
            received += piece.count
            if received > 2 << 20 { moving.fire() }
          }
          return received
        }
      }
      #expect(moving.wait(timeout: .seconds(20)))
      let start = monotonicNow()
      let counters = try server.finish()
      #expect(monotonicNow() - start < 5_000_000_000)
      for sender in senders { try sender.value() }
      let received = try readers.reduce(0) { try $0 + $1.value() }

      #expect(counters.connections == 4)
      #expect(received > 2 << 20)
      #expect(counters.bytesOut >= received)
      #expect(counters.bytesIn >= counters.bytesOut)
      let most = backend.mostHeld(bufferSize: bufferSize)
      #expect(counters.bytesIn - counters.bytesOut <= 3 * most * (bufferSize + 1))
      #expect(counters.reads != 0 && counters.writes != 0)
    }

    @Test(arguments: BackendUnderTest.all)
    func `a server stops while unix sockets are full both ways`(backend: BackendUnderTest) throws {
      try withUnixAddress { address in
        let server = try RunningServer(backend, on: address, bufferSize: 16 << 10, threads: 3)
        let peers = try (0..<3).map { _ in try Peer(address) }
        for peer in peers {
          try peer.send([1])
          #expect(peer.hasInput(within: .seconds(20)))
          sendUntilStuck(peer)
        }
        let start = monotonicNow()
        let counters = try server.finish()
        #expect(monotonicNow() - start < 5_000_000_000)
        #expect(counters.connections == 3)
        for peer in peers { #expect(peer.receiveUntilBroken() > 0) }
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `bytes that the peer's socket never took are not counted as written`(
      backend: BackendUnderTest
    ) throws {
      let server = try RunningServer(backend)
      let silent = try Peer(server.address)
      try silent.send([1])
      #expect(silent.hasInput(within: .seconds(20)))
      sendUntilStuck(silent)
      let counters = try server.finish()
      #expect(counters.bytesOut < counters.bytesIn)
      #expect(counters.bytesOut >= UInt64(silent.receiveUntilBroken()))
    }

    @Test(arguments: BackendUnderTest.all)
    func `a server stops in the middle of a burst of connections`(
      backend: BackendUnderTest
    ) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        let backend = try BackendUnderTest.named(name)
        try await ThisProcess.letDispatchOpenItsDescriptors()
        try serveBriefly(backend)
        let descriptors = serverDescriptors()
        for connections in stride(from: 0, to: 40, by: 2) {
          let server = try RunningServer(backend, threads: 3)
          try stop(server, afterConnections: connections)
        }
        // What was accepted at that moment is closed, too.
        #expect(
          eventually { serverDescriptors().count <= descriptors.count },
          "\(serverDescriptors().count), after the first \(descriptors.count)")
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a server leaves no descriptor and no thread behind`(
      backend: BackendUnderTest
    ) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        let backend = try BackendUnderTest.named(name)
        try await ThisProcess.letDispatchOpenItsDescriptors()
        // The first one may leave what belongs to its library: Dispatch keeps its epoll
        // descriptors and its pool of threads for the next.
        try serveBriefly(backend)
        let descriptors = serverDescriptors()
        let threads = ThisProcess.threads
        for _ in 0..<20 { try serveBriefly(backend) }
        // A library's thread may end a moment later, with what it has, the first one's too, and Dispatch's
        // pool may grow a little; a server that left one behind would have left twenty.
        #expect(
          eventually { serverDescriptors().count <= descriptors.count },
          "\(serverDescriptors().count), after the first \(descriptors.count)")
        #expect(eventually { ThisProcess.threads < threads + 10 })
      }
    }
  }
}

/// What a server may have opened and is to have closed. Timers are left out, of which Dispatch opens
/// one for each clock when somebody first waits for it, and pipes: the thread sanitizer opens them
/// to its symbolizer.
private func serverDescriptors() -> [String] {
  ThisProcess.descriptors.values.filter {
    $0.hasPrefix("socket:") || $0.hasPrefix("anon_inode:") && $0 != "anon_inode:[timerfd]"
  }
}

/// One life of a server: connections that have ended, are idle, are reset, are in mid-message.
private func serveBriefly(_ backend: BackendUnderTest) throws {
  try withServer(backend, bufferSize: 4096, threads: 3) { server in
    let ended = try Peer(server.address)
    #expect(try ended.echoDifference(scrambledBytes(10_000)) == nil)
    ended.halfClose()
    #expect(try ended.receiveToEnd() == [])
    let reset = try Peer(server.address)
    try reset.send(scrambledBytes(10_000))
    reset.reset()
    let idle = try Peer(server.address)
    #expect(try idle.echoDifference(scrambledBytes(10_000)) == nil)
    let busy = try Peer(server.address)
    let piece = scrambledBytes(100_000)
    for _ in 0..<10 { _ = transmitNow(busy.descriptor, piece, piece.count) }
    _ = try busy.receiveOnce(1)
  }
}

/// Connects from two threads as fast as it can, and stops `server` after `count` connections.
private func stop(_ server: RunningServer, afterConnections count: Int) throws {
  let enough = try StopSignal()
  let threads = try (0..<2).map { _ in
    try BoundedWork("burst") {
      var peers: [Peer] = []
      // The listener's end is the end of this: connections are refused then.
      while let peer = try? Peer(server.address) {
        try? peer.send([1])
        peers.append(peer)
        if peers.count >= count { enough.fire() }
      }
    }
  }
  enough.wait(timeout: .seconds(20))
  _ = try server.finish()
  for thread in threads { try thread.value() }
}
