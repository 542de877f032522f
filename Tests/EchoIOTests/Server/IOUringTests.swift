import Glibc
import Testing

@testable import EchoIO

/// Why io_uring cannot be used, in words.
struct RingAvailabilityTests {
  @Test func `a machine where io_uring is switched off is told how to switch it on`() throws {
    for setting in [1, 2] {
      let reason = try #require(RingAvailability.reason(EPERM, disabled: "\(setting)\n"))
      #expect(reason.contains("kernel.io_uring_disabled is \(setting)"))
      #expect(reason.contains("sysctl kernel.io_uring_disabled=0"))
    }
  }

  @Test(arguments: ["0\n", nil])
  func `where the machine allows it, it is the container that forbids it`(
    setting: String?
  ) throws {
    let reason = try #require(RingAvailability.reason(EPERM, disabled: setting))
    #expect(reason.contains("seccomp=unconfined"))
  }

  @Test func `a kernel without io_uring, or with too little of it, is told apart`() throws {
    let without = try #require(RingAvailability.reason(ENOSYS, disabled: nil))
    let tooOld = try #require(RingAvailability.reason(EINVAL, disabled: "0"))
    #expect(without != tooOld)
    for reason in [without, tooOld] { #expect(reason.contains("Linux 6.0 or newer")) }
  }

  @Test func `what may be there the next time does not make a backend unavailable`() {
    for error in [EMFILE, ENFILE, ENOMEM] {
      #expect(RingAvailability.reason(error, disabled: "0") == nil)
    }
  }
}

#if Liburing
  extension DataPlane {
    /// What only the io_uring backends have: buffers that the kernel picks, and sends that nobody
    /// tells the end of.
    @Suite(.enabled(if: RingAvailability.unavailability == nil))
    struct IOUringTests {
      private let backend = BackendUnderTest(type: IOUringBackend.self)

      @Test func `more connections than there are buffers get all of their bytes`() throws {
        let size = 1 << 20
        let count = 40
        #expect(count > 4 * BufferRing.fewest(ofSize: size))
        let counters = try withServer(backend, bufferSize: size) { server in
          let peers = try (0..<count).map { _ in try Peer(server.address) }
          for round in 0..<20 {
            let messages = (0..<count).map {
              scrambledBytes(3000 + $0, seed: UInt64(round * count + $0))
            }
            for (peer, message) in zip(peers, messages) { try peer.send(message) }
            for (peer, message) in zip(peers, messages) {
              #expect(try firstDifference(peer.receive(message.count), message) == nil)
            }
          }
        }
        #expect(counters.bytesOut == counters.bytesIn)
      }

      @Test func `what has come in several buffers goes out in one send`() throws {
        let message = scrambledBytes(100_000)
        let counters = try withServer(backend, bufferSize: 1000) { server in
          let peer = try Peer(server.address)
          for _ in 0..<20 { #expect(try peer.echoDifference(message) == nil) }
        }
        let reads = try #require(counters.reads)
        let writes = try #require(counters.writes)
        #expect(reads >= 20 * 100)
        #expect(writes < reads / 2)
      }

      /// The kernel receives as long as it has not been told otherwise. What it has received last comes from one
      /// of these, and nothing behind it.
      @Test func `what is received while a socket is full goes out behind what it did not take`()
        throws
      {
        let size = 4096
        var sockets = SocketOptions.standard
        sockets.sendBuffer = ByteCount(size)
        for count in 1...12 {
          let message = scrambledBytes(count * size)
          try withUnixAddress { address in
            var late: Peer?
            let server = try RunningServer(
              backend, on: address, bufferSize: size, sockets: sockets
            ) {
              let peer = try Peer($0)
              try peer.send(message)
              peer.halfClose()
              late = peer
            }
            defer { _ = try? server.finish() }
            // Its loop has come round by then, and to the other one before.
            let prompt = try Peer(address)
            for _ in 0..<3 { #expect(try prompt.echoDifference([1]) == nil) }
            #expect(
              try firstDifference(#require(late).receiveToEnd(), message) == nil,
              "of \(count) buffers")
          }
        }
      }

      @Test func `peers that never read leave the buffers to the others`() throws {
        let count = 4 * BufferRing.fewest(ofSize: 16 << 10)
        try withServer(backend, bufferSize: 16 << 10) { server in
          let silent = try (0..<count).map { _ in try Peer(server.address) }
          let piece = scrambledBytes(1 << 20)
          // Until the server's sockets are full, and some more: none takes anything for a while.
          var sent = Array(repeating: 0, count: count)
          var quiet = 0
          while quiet < 10 {
            let before = sent
            for (index, peer) in silent.enumerated() {
              while sent[index] < 64 << 20,
                waitUntil(peer.descriptor, POLLOUT, timeout: .milliseconds(0))
              {
                sent[index] += max(0, transmitNow(peer.descriptor, piece, piece.count))
              }
            }
            quiet = sent == before ? quiet + 1 : 0
            usleep(20_000)
          }
          let other = try Peer(server.address)
          for _ in 0..<5 { #expect(try other.echoDifference(piece) == nil) }
        }
      }

      @Test(arguments: [IOUringBackend.name, IOUringPlainBackend.name])
      func `signals interrupt the wait, and nothing else`(name: String) async {
        await #expect(processExitsWith: .success) { [name] in
          signal(SIGALRM) { _ in }
          var often = itimerval()
          often.it_interval.tv_usec = 200
          often.it_value.tv_usec = 200
          let counters = try withServer(.named(name), bufferSize: 4096, threads: 2) { server in
            setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &often, nil)
            defer {
              var never = itimerval()
              setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &never, nil)
            }
            let message = scrambledBytes(50_000)
            let peers = try (0..<4).map { _ in try Peer(server.address) }
            for _ in 0..<50 {
              for peer in peers { try peer.send(message) }
              for peer in peers {
                #expect(try firstDifference(peer.receive(message.count), message) == nil)
              }
            }
          }
          #expect(counters.bytesOut == 50 * 4 * 50_000)
        }
      }
    }
  }
#endif
