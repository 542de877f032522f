import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// The limits of a server: how many connections at once, and how long each may be silent.
  struct AdmissionTests {
    @Test(arguments: BackendUnderTest.all)
    func `one connection too many is closed at once, and there is a place again when one has gone`(
      backend: BackendUnderTest
    ) throws {
      let admission = try #require(Admission(mostConnections: 2, idleTimeout: nil))
      let counters = try withServer(backend, threads: 4, admission: admission) { server in
        let served = try (0..<2).map { _ in try Peer(server.address) }
        for peer in served { #expect(try peer.echoDifference([1, 2, 3]) == nil) }
        for _ in 0..<3 {
          #expect(try Peer(server.address).receiveToEnd() == [])
          for peer in served { #expect(try peer.echoDifference([4]) == nil) }
        }
        #expect(admission.counters.turnedAway == 3)
        served[0].hangUp()
        #expect(try isServedAgain(at: server.address))
        #expect(try served[1].echoDifference(scrambledBytes(100_000)) == nil)
      }
      #expect(counters.connections == 3)
      #expect(admission.counters.timedOut == 0)
    }

    @Test func `a descriptor that is another connection's takes no place twice`() throws {
      let admission = try #require(Admission(mostConnections: 2, idleTimeout: nil))
      for _ in 0..<5 {
        let first = try Socket.open(AF_INET)
        #expect(admission.admits(first.descriptor))
      }
      let first = try Socket.open(AF_INET)
      let second = try Socket.open(AF_UNIX)
      let third = try Socket.open(AF_INET)
      #expect(admission.admits(first.descriptor))
      #expect(admission.admits(second.descriptor))
      #expect(!admission.admits(third.descriptor))
      #expect(admission.counters.turnedAway == 1)
    }

    @Test func `what the kernel has given no number is turned away`() throws {
      let admission = try #require(Admission(mostConnections: 2, idleTimeout: nil))
      #expect(!admission.admits(try StopSignal().descriptor))
      #expect(admission.counters.turnedAway == 1)
    }

    @Test func `where the kernel gives no numbers there are no limits, and that is said`() throws {
      let admission = try #require(Admission(mostConnections: 2, idleTimeout: .seconds(1)))
      let listener = try Socket.listening(on: RunningServer.loopback)
      try admission.requireNumbers(like: listener)
      try withUnixAddress { try admission.requireNumbers(like: Socket.listening(on: $0)) }
      // What is no socket has none.
      let signal = try StopSignal()
      let other = Socket(owning: dup(signal.descriptor))
      let error = #expect(throws: SystemError.self) { try admission.requireNumbers(like: other) }
      #expect(error?.errno == ENOTSOCK && error?.remedy.contains("--max-connections") == true)
    }

    /// All backends side by side, since it is a wait.
    @Test func `who is silent for too long is closed, and who is not is served`() throws {
      let timeout = TimeSpan.seconds(2)
      var servers: [TimedServer] = []
      defer { for server in servers { _ = try? server.running.finish() } }
      for backend in BackendUnderTest.all { servers.append(try TimedServer(backend, timeout)) }
      let begin = monotonicNow()
      var last = begin
      var longestGap: UInt64 = 0
      while monotonicNow() - begin < 20_000_000_000, servers.contains(where: { !$0.hasClosed }) {
        for server in servers { server.talk() }
        longestGap = max(longestGap, monotonicNow() - last)
        last = monotonicNow()
      }
      // Where this process did not run for so long, the one that talks was silent, too.
      let wasHeldUp = longestGap > timeout.nanoseconds / 2
      for server in servers {
        let name = server.backend.type.name
        #expect(server.hasClosed, "\(name)")
        #expect(server.isTalking || wasHeldUp, "\(name)")
        #expect(server.admission.counters.timedOut == 3 || wasHeldUp, "\(name)")
        // Ticks of up to 10 ms.
        #expect(monotonicNow() - begin >= timeout.nanoseconds - 20_000_000)
      }
    }

    @Test func `a number that has become another socket's is a place again`() throws {
      let admission = try #require(Admission(mostConnections: 1, idleTimeout: nil))
      let first = try Socket.open(AF_INET)
      #expect(admission.admits(first.descriptor))
      let other = try Socket.open(AF_INET)
      // In one step: nobody else has the number in between.
      #expect(dup2(other.descriptor, first.descriptor) == first.descriptor)
      #expect(admission.admits(other.descriptor))
    }

    @Test func `who is silent is ended once, though nobody closes it`() throws {
      let admission = try #require(
        Admission(mostConnections: nil, idleTimeout: .milliseconds(20)))
      let listener = try Socket.listening(on: RunningServer.loopback)
      let address = try listener.boundAddress(requested: RunningServer.loopback)
      let end = try StopSignal()
      let copy = try ConnectionCopy()
      let watch = try BoundedWork("watch") { admission.keepWatch(until: end, by: copy) }
      var ends: [Peer] = []
      // While the second is not silent for long enough, the first is looked at again and again.
      for _ in 0..<2 {
        let peer = try Peer(address)
        try #require(waitUntil(listener.descriptor, POLLIN, timeout: .seconds(20)))
        let accepted = acceptConnection(listener.descriptor, nonblocking: false)
        guard case .connection(let connection) = accepted else {
          throw TookTooLong(description: "nobody was accepted: \(accepted)")
        }
        ends += [peer, Peer(owning: connection)]
        #expect(admission.admits(connection))
        #expect(try peer.receiveToEnd() == [])
      }
      end.fire()
      try watch.value()
      #expect(admission.counters.timedOut == 2)
    }

    @Test func `where no descriptor is left, who is silent is ended all the same`() async throws {
      await #expect(processExitsWith: .success) {
        let admission = try #require(Admission(mostConnections: nil, idleTimeout: .seconds(2)))
        try withServer(.named("epoll"), admission: admission) { server in
          let silent = try Peer(server.address)
          #expect(try silent.echoDifference([1]) == nil)
          let taken = try TakenDescriptors(sparing: 0)
          #expect(try silent.receiveToEnd() == [])
          taken.giveBack()
        }
      }
    }

    /// As there is one while a connection is ended for its silence.
    @Test(arguments: BackendUnderTest.all)
    func `a connection of which there is a copy is left alone once it is closed`(
      backend: BackendUnderTest
    ) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        let admission = try #require(Admission(mostConnections: nil, idleTimeout: .seconds(3600)))
        try withServer(.named(name), threads: 3, admission: admission) { server in
          let ended = try Peer(server.address)
          #expect(try ended.echoDifference([1]) == nil)
          let connection = try #require(try otherEnd(of: ended))
          let copy = dup(connection)
          defer { close(copy) }
          ended.halfClose()
          #expect(eventually { fcntl(connection, F_GETFD) < 0 })
          // Its number is another's now.
          for _ in 0..<20 {
            let next = try Peer(server.address)
            #expect(try next.echoDifference(scrambledBytes(50_000)) == nil)
          }
        }
      }
    }

    @Test func `what is no limit costs nothing`() {
      #expect(Admission(mostConnections: nil, idleTimeout: nil) == nil)
    }
  }
}

/// Whether another connection is served within a while.
private func isServedAgain(at address: Address) throws -> Bool {
  let deadline = monotonicNow() + 20_000_000_000
  while monotonicNow() < deadline {
    let peer = try Peer(address)
    if (try? peer.send([1])) != nil, (try? peer.receive(1)) == [1] { return true }
    usleep(1000)
  }
  return false
}

/// The server's end of a peer's connection, in this process.
private func otherEnd(of peer: Peer) throws -> Int32? {
  let port = try SocketAddress(boundTo: peer.descriptor).port
  return ThisProcess.descriptors.keys.first { (try? SocketAddress(ofPeer: $0))?.port == port }
}

/// POLLRDHUP (poll(2)), which Glibc's module hides.
private let endOfStream: Int16 = 0x2000

/// A server with a timeout, one that talks, and three that are silent: from the beginning, after a message, and
/// with replies that it does not read.
private final class TimedServer {
  let backend: BackendUnderTest
  let admission: Admission
  let running: RunningServer
  private let silent: [Peer]
  private let talker: Peer
  private(set) var isTalking = true
  private var open: [Peer]

  init(_ backend: BackendUnderTest, _ timeout: TimeSpan) throws {
    self.backend = backend
    let admission = try #require(Admission(mostConnections: nil, idleTimeout: timeout))
    self.admission = admission
    let running = try RunningServer(backend, threads: 5, admission: admission)
    self.running = running
    talker = try Peer(running.address)
    silent = try (0..<3).map { _ in try Peer(running.address) }
    open = silent
    #expect(try silent[1].echoDifference([1, 2, 3]) == nil)
    let piece = scrambledBytes(64 << 10)
    while transmitNow(silent[2].descriptor, piece, piece.count) > 0 {}
  }

  var hasClosed: Bool { open.isEmpty }

  func talk() {
    if (try? talker.send([7])) == nil || (try? talker.receive(1)) != [7] { isTalking = false }
    open.removeAll { isClosed($0) }
  }

  /// Whether a peer is at the end of its stream, or the stream is broken: closing is seen without reading.
  private func isClosed(_ peer: Peer) -> Bool {
    var entry = pollfd(fd: peer.descriptor, events: endOfStream, revents: 0)
    return poll(&entry, 1, 0) > 0
  }
}
