import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  struct SpliceTests {
    @Test func `this kernel splices unix sockets`() throws {
      try SpliceBackend.requireSplicing()
    }

    @Test func `what cannot be spliced is said, with a way out`() throws {
      // An eventfd cannot.
      let signal = try StopSignal()
      signal.fire()
      let error = #expect(throws: SystemError.self) {
        try SpliceBackend.requireSplicing(of: signal.descriptor)
      }
      #expect(error?.errno == EINVAL)
      #expect(error?.call == "splice a unix socket")
      #expect(error?.remedy.contains("--backend") == true)
    }

    @Test func `a peer that goes without having read leaves no descriptor of a pipe behind`() async
    {
      await #expect(processExitsWith: .success) {
        let before = pipes()
        try withServer(.named(SpliceBackend.name)) { server in
          let bystander = try Peer(server.address)
          for _ in 0..<12 {
            let peer = try Peer(server.address)
            sendUntilStuck(peer)
            peer.reset()
          }
          // Who comes after them is served after they have been seen to.
          #expect(try bystander.echoDifference(scrambledBytes(100_000)) == nil)
        }
        #expect(pipes() == before)
      }
    }

    @Test func `a buffer above 64 KiB is a larger pipe`() throws {
      let pipe = try SplicePipe(capacity: 256 << 10)
      defer { pipe.discard() }
      var ends: [Int32] = [-1, -1]
      #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
      let (near, far) = (Peer(owning: ends[0]), Peer(owning: ends[1]))
      let message = scrambledBytes(120_000)
      try near.send(message)
      var taken = 0
      while taken < message.count {
        let count = pipe.take(from: far.descriptor, message.count - taken)
        try #require(count > 0)
        taken += count
      }
      #expect(pipe.take(from: far.descriptor, 1) == -Int(EAGAIN))
      #expect(pipe.give(to: far.descriptor, taken) == taken)
      #expect(try near.receive(taken) == message)
    }
  }
}

/// How many ends of pipes this process has.
private func pipes() -> Int {
  ThisProcess.descriptors.values.count { $0.hasPrefix("pipe:") }
}
