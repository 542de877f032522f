import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// Where and on how many threads a backend serves.
  struct ListenerTests {
    @Test(arguments: BackendUnderTest.all)
    func `a unix socket is served, and its file goes with the server`(
      backend: BackendUnderTest
    ) throws {
      try withUnixAddress { address in
        let counters = try withServer(backend, on: address) { server in
          #expect(server.address == address)
          let peers = try (0..<3).map { _ in try Peer(address) }
          for peer in peers {
            #expect(try peer.echoDifference(scrambledBytes(1 << 20)) == nil)
            peer.halfClose()
            #expect(try peer.receiveToEnd() == [])
          }
        }
        #expect(counters.bytesOut == 3 << 20)
        guard case .unix(let path) = address else { return }
        #expect(access(path, F_OK) != 0)
      }
    }

    @Test(
      .enabled(if: hasIPv6, "this machine has no IPv6 loopback"), arguments: BackendUnderTest.all)
    func `an IPv6 address is served`(backend: BackendUnderTest) throws {
      try withServer(backend, on: .internet(host: "::1", port: 0)) { server in
        #expect("\(server.address)".hasPrefix("[::1]:"))
        let peer = try Peer(server.address)
        #expect(try peer.echoDifference(scrambledBytes(100_000)) == nil)
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `as many connections may wait as the kernel allows`(backend: BackendUnderTest) throws {
      let listening = try Socket.listening(on: RunningServer.loopback)
      let most = try longestQueue(of: listening.descriptor)
      #expect(most > 0)
      try withServer(backend) { server in
        let peer = try Peer(server.address)
        #expect(try peer.echoDifference(scrambledBytes(100)) == nil)
        // NIO listens anew, for fewer; that is mended before the server says that it is ready.
        #expect(eventually { (try? longestQueue(of: server.listener)) == most })
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `several threads share the connections`(backend: BackendUnderTest) throws {
      let counters = try withServer(backend, bufferSize: 4096, threads: 3) { server in
        let messages = (0..<9).map { scrambledBytes(50_000, seed: $0) }
        for _ in 0..<3 {
          // As many at once as a pool of three can hold.
          let peers = try (0..<3).map { _ in try Peer(server.address) }
          for _ in 0..<5 {
            let exchanges = try peers.indices.map { index in
              try BoundedWork("peer-\(index)") { try peers[index].echoDifference(messages[index]) }
            }
            for exchange in exchanges { #expect(try exchange.value() == nil) }
          }
          for peer in peers {
            peer.halfClose()
            #expect(try peer.receiveToEnd() == [])
          }
        }
      }
      #expect(counters.connections == 9)
      #expect(counters.bytesIn == 9 * 5 * 50_000)
      #expect(counters.bytesOut == counters.bytesIn)
    }

    @Test(arguments: BackendUnderTest.all, [2, 3])
    func `connections are spread over the threads within one of each other`(
      backend: BackendUnderTest, threads: Int
    ) throws {
      // As many as a pool can hold, one each; or more than go evenly.
      let count = backend.holdsThreads ? threads : 3 * threads + 1
      let counters = try withServer(backend, threads: threads) { server in
        let peers = try (0..<count).map { _ in try Peer(server.address) }
        for peer in peers { #expect(try peer.echoDifference(scrambledBytes(1000)) == nil) }
      }
      #expect(counters.connections == UInt64(count))
      let spread = try #require(counters.perThread)
      #expect(spread.most - spread.least <= 1)
      // Nobody is left out, and nobody counted twice.
      #expect(spread.least >= 1)
      #expect(spread.most <= 1 + count / threads)
    }

    @Test func `a listener on port 0 reports the port it got`() throws {
      let requested = Address.internet(host: "127.0.0.1", port: 0)
      let listener = try Socket.listening(on: requested)
      let bound = try listener.boundAddress(requested: requested)
      guard case .internet(let host, let port) = bound else {
        Issue.record("not an internet address: \(bound)")
        return
      }
      #expect(host == "127.0.0.1")
      #expect(port != 0)
      _ = try Socket.connected(to: bound, timeout: .seconds(5))
    }

    @Test func `a port that is taken is refused with a way out`() throws {
      let listener = try Socket.listening(on: RunningServer.loopback)
      let taken = try listener.boundAddress(requested: RunningServer.loopback)
      let error = #expect(throws: SystemError.self) { _ = try Socket.listening(on: taken) }
      #expect(error?.errno == EADDRINUSE)
      #expect(
        error?.description
          == "bind \(taken): Address already in use."
          + " Choose another with --address, or port 0 for any.")
    }

    @Test func `the socket file of a server that is gone is taken over`() async {
      await #expect(processExitsWith: .success) {
        try withUnixAddress { address in
          do { _ = try Socket.listening(on: address) }
          _ = try Socket.listening(on: address)
        }
      }
    }

    @Test func `the socket file of a server that still accepts is not`() throws {
      try withUnixAddress { address in
        let listener = try Socket.listening(on: address)
        let error = #expect(throws: SystemError.self) { _ = try Socket.listening(on: address) }
        #expect(error?.errno == EADDRINUSE)
        _ = listener.descriptor
      }
    }
  }
}

/// Whether this machine lets a socket be bound to [::1].
private let hasIPv6 = (try? Socket.listening(on: .internet(host: "::1", port: 0))) != nil

/// How many connections may wait at a listener (tcpi_sacked, which means that there, TCP_INFO of tcp(7)).
private func longestQueue(of listener: Int32) throws -> UInt32 {
  var info = tcp_info()
  var size = socklen_t(MemoryLayout<tcp_info>.size)
  guard getsockopt(listener, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0 else {
    throw SystemError.last("getsockopt TCP_INFO")
  }
  return info.tcpi_sacked
}
