import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// What a server lives through: crowds, peers that vanish, that end half of a connection, or say little.
  struct ServerLifeTests {
    /// All backends side by side, since it is a wait: who finds no room comes again after a second.
    @Test func `more connections than the backlog has room for are all served`() throws {
      var crowds: [Crowd] = []
      defer { for crowd in crowds { crowd.finish() } }
      for backend in BackendUnderTest.all {
        crowds.append(try Crowd(backend, peers: 24, backlog: 4))
      }
      for crowd in crowds { try crowd.expectAllServed() }
    }

    @Test(arguments: BackendUnderTest.all)
    func `half-open peers and such that vanish leave nothing behind`(
      backend: BackendUnderTest
    ) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        try await ThisProcess.letDispatchOpenItsDescriptors()
        try withServer(.named(name), bufferSize: 4096) { server in
          let bystander = try Peer(server.address)
          try troubleOnce(server.address)
          #expect(try bystander.echoDifference([1]) == nil)
          let before = ThisProcess.sockets
          for _ in 0..<30 { try troubleOnce(server.address) }
          #expect(eventually { ThisProcess.sockets <= before })
          #expect(try bystander.echoDifference(scrambledBytes(10_000)) == nil)
        }
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a byte now and then is returned at once, on many connections`(
      backend: BackendUnderTest
    ) throws {
      try withServer(backend, threads: backend.holdsThreads ? 24 : 2) { server in
        let peers = try (0..<20).map { _ in try Peer(server.address) }
        for byte in UInt8(0)..<20 {
          for peer in peers { try peer.send([byte]) }
          for peer in peers { #expect(try peer.receive(1) == [byte]) }
        }
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `thousands of connections come and go without a trace`(
      backend: BackendUnderTest
    ) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        try await ThisProcess.letDispatchOpenItsDescriptors()
        let counters = try withServer(.named(name), threads: 2) { server in
          try comeAndGo(300, at: server.address)
          // The listener, of which NIO has a copy.
          #expect(eventually { ThisProcess.sockets <= 2 })
          let (threads, memory) = (ThisProcess.threads, ThisProcess.residentBytes)
          try comeAndGo(1500, at: server.address)
          #expect(eventually { ThisProcess.sockets <= 2 })
          // Dispatch's pool may grow a little; a thread that was left for each would be thousands.
          #expect(eventually { ThisProcess.threads < threads + 10 })
          // A KiB for each; scripts/soak looks closer.
          #expect(ThisProcess.residentBytes - memory < 2 << 20)
        }
        #expect(counters.connections == 1800)
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a server stops among all of them at once`(backend: BackendUnderTest) throws {
      let server = try RunningServer(backend, bufferSize: 4096, threads: 3)
      let peers = try (0..<24).map { _ in try Peer(server.address) }
      let piece = scrambledBytes(64 << 10)
      for (index, peer) in peers.enumerated() {
        switch index % 4 {
        case 0: peer.halfClose()
        case 1: while transmitNow(peer.descriptor, piece, piece.count) > 0 {}
        case 2: try peer.send([1])
        default: break
        }
      }
      let arriving = try StopSignal()
      let burst = try BoundedWork("burst") {
        var number = 0
        while let peer = try? Peer(server.address) {
          number += 1
          if number.isMultiple(of: 2) { peer.reset() }
          if number == 20 { arriving.fire() }
        }
      }
      #expect(arriving.wait(timeout: .seconds(20)))
      let start = monotonicNow()
      let counters = try server.finish()
      #expect(monotonicNow() - start < 10_000_000_000)
      try burst.value()
      #expect(counters.bytesOut <= counters.bytesIn)
    }

    /// Unix sockets hold little unread, so that a server is stuck soon; what TCP holds fills any read.
    @Test(
      arguments: BackendUnderTest.all,
      [
        StuckPeers(bufferSize: 4 << 10, transport: .unix),
        StuckPeers(bufferSize: 64 << 10, transport: .unix),
        StuckPeers(bufferSize: 1 << 20, transport: .unix),
        StuckPeers(bufferSize: 64 << 10, transport: .tcp),
      ])
    func `peers that never read cost as much memory as the backend states`(
      backend: BackendUnderTest, stuck: StuckPeers
    ) async throws {
      await #expect(processExitsWith: .success) {
        [name = backend.type.name as String, stuck = stuck as StuckPeers] in
        let backend = try BackendUnderTest.named(name)
        let each = try stuck.bytesOfEach(servedBy: backend)
        let stated = backend.type.unreadConnectionBytes(bufferSize: stuck.bufferSize)
        // A page or two of the peer's, and as many of the allocator's.
        #expect(each <= stated + 16 << 10, "\(each) bytes, \(stated) stated")
      }
    }
  }
}

/// Peers that send what is taken and read nothing.
struct StuckPeers: Codable, Sendable, CustomTestStringConvertible {
  /// Of the server.
  let bufferSize: Int
  let transport: Transport

  var testDescription: String {
    "buffers of \(ByteCount(bufferSize)), \(transport.rawValue)"
  }

  /// Fewer where each may take much.
  private var count: Int { bufferSize > 64 << 10 ? 8 : 24 }

  /// What each adds to the memory of this process, which has to be one by itself.
  func bytesOfEach(servedBy backend: BackendUnderTest) throws -> Int {
    guard transport == .unix else {
      return try bytesOfEach(servedBy: backend, at: RunningServer.loopback)
    }
    return try withUnixAddress { try bytesOfEach(servedBy: backend, at: $0) }
  }

  private func bytesOfEach(
    servedBy backend: BackendUnderTest, at address: Address
  ) throws -> Int {
    // Or the kernel holds megabytes for each.
    let held = transport == .unix ? nil : ByteCount(256 << 10)
    var bytes = 0
    try withServer(
      backend, on: address, bufferSize: bufferSize,
      threads: backend.holdsThreads ? count + 6 : 1,
      sockets: SocketOptions(sendBuffer: held, receiveBuffer: held)
    ) { server in
      // What grows by leaps grows once.
      let first = try (0..<2).map { _ in try Peer(server.address) }
      sendUntilAllAreStuck(first)
      let before = ThisProcess.residentBytes
      let peers = try (0..<count).map { _ in try Peer(server.address) }
      sendUntilAllAreStuck(peers)
      withExtendedLifetime((first, peers)) {
        bytes = (ThisProcess.residentBytes - before) / count
      }
    }
    return bytes
  }
}

/// One that ends its direction and reads to the end, and three that are gone with a reset: silent, in
/// mid-message, and with a reply that nobody has read.
private func troubleOnce(_ address: Address) throws {
  let message = scrambledBytes(10_000)
  let halfOpen = try Peer(address)
  try halfOpen.send(message)
  halfOpen.halfClose()
  #expect(try firstDifference(halfOpen.receiveToEnd(), message) == nil)
  try Peer(address).reset()
  let breaking = try Peer(address)
  try breaking.send(message)
  breaking.reset()
  let unread = try Peer(address)
  try unread.send(message)
  #expect(unread.hasInput(within: .seconds(20)))
  unread.reset()
}

/// Connections of one byte, one after the other.
private func comeAndGo(_ count: Int, at address: Address) throws {
  for _ in 0..<count {
    let peer = try Peer(address)
    try peer.send([1])
    #expect(try peer.receive(1) == [1])
    peer.hangUp()
  }
}

private func sendUntilAllAreStuck(_ peers: [Peer]) {
  let piece = scrambledBytes(64 << 10)
  var lastMove = monotonicNow()
  let deadline = lastMove + 15_000_000_000
  // As with one (``sendUntilStuck``).
  while monotonicNow() - lastMove < 250_000_000, monotonicNow() < deadline {
    for peer in peers where transmitNow(peer.descriptor, piece, piece.count) > 0 {
      lastMove = monotonicNow()
    }
    usleep(1000)
  }
}

/// Peers that all connect before their server accepts anybody, to a backlog that has room for a few.
private struct Crowd {
  private let backend: BackendUnderTest
  private let server: RunningServer
  private let peers: [Peer]

  init(_ backend: BackendUnderTest, peers count: Int, backlog: Int32) throws {
    self.backend = backend
    var peers: [Peer] = []
    server = try RunningServer(
      backend, threads: backend.holdsThreads ? count : 2, backlog: backlog
    ) { address in
      let target = try #require(SocketAddress.all(of: address).first)
      for _ in 0..<count {
        let socket = try Socket.open(target.family, flags: Int32(SOCK_NONBLOCK.rawValue))
        let result = socket.startConnecting(to: target)
        #expect(result == 0 || result == EINPROGRESS)
        peers.append(Peer(owning: socket.release()))
      }
    }
    self.peers = peers
  }

  func expectAllServed() throws {
    for (number, peer) in peers.enumerated() {
      try #require(waitUntil(peer.descriptor, POLLOUT, timeout: .seconds(20)))
      #expect(pendingError(of: peer.descriptor) == 0)
      #expect(setBlocking(peer.descriptor, true) == 0)
      let message = scrambledBytes(1000, seed: UInt64(number))
      #expect(try peer.echoDifference(message) == nil, "\(backend.type.name)")
    }
  }

  func finish() {
    #expect((try? server.finish())?.connections == UInt64(peers.count), "\(backend.type.name)")
  }
}
