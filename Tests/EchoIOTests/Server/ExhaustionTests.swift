import Testing

@testable import EchoIO

extension DataPlane {
  /// A process that has no descriptor left for another connection.
  struct ExhaustionTests {
    @Test(arguments: BackendUnderTest.all)
    func `without a descriptor left a server serves on, and does not spin`(
      backend: BackendUnderTest
    ) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        try await ThisProcess.letDispatchOpenItsDescriptors()
        try ThisProcess.limitDescriptors(sparing: 100)
        try withServer(.named(name)) { server in
          let served = try Peer(server.address)
          try served.send([1])
          #expect(try served.receive(1) == [1])
          let taken = try TakenDescriptors(sparing: 1)
          let waiting = try Peer(server.address)
          try waiting.send([2])
          let before = ThisProcess.cpuNanoseconds
          #expect(!waiting.hasInput(within: .milliseconds(500)))
          #expect(ThisProcess.cpuNanoseconds - before < 250_000_000)
          try served.send([3])
          #expect(try served.receive(1) == [3])
          taken.giveBack()
          #expect(try waiting.receive(1) == [2])
        }
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `without a descriptor left peers that read late get their own bytes`(
      backend: BackendUnderTest
    ) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        try await ThisProcess.letDispatchOpenItsDescriptors()
        let backend = try BackendUnderTest.named(name)
        try withUnixAddress { address in
          _ = try withServer(backend, on: address, bufferSize: 16 << 10, threads: 3) { server in
            let peers = try (0..<3).map { _ in try Peer(address) }
            let messages = peers.indices.map { scrambledBytes(150_000, seed: UInt64($0)) }
            for peer in peers { #expect(try peer.echoDifference([1]) == nil) }
            // What opens descriptors is there before none is left.
            let go = try StopSignal()
            let senders = try peers.prefix(2).indices.map { index in
              try BoundedWork("sender") {
                go.wait()
                for _ in 0..<10 { try peers[index].send(messages[index]) }
                peers[index].halfClose()
              }
            }
            let taken = try TakenDescriptors(sparing: 0)
            go.fire()
            for _ in 0..<20 {
              try peers[2].send(messages[2].prefix(10_000))
              #expect(try peers[2].receive(10_000) == Array(messages[2].prefix(10_000)))
            }
            for (peer, message) in zip(peers, messages).prefix(2) {
              let expected = repeatElement(message, count: 10).reduce(into: []) { $0 += $1 }
              #expect(try firstDifference(peer.receiveToEnd(), expected) == nil)
            }
            taken.giveBack()
            for sender in senders { try sender.value() }
          }
        }
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `without a descriptor left a server still stops`(backend: BackendUnderTest) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        try await ThisProcess.letDispatchOpenItsDescriptors()
        try ThisProcess.limitDescriptors(sparing: 100)
        let server = try RunningServer(.named(name))
        let served = try Peer(server.address)
        try served.send([1])
        #expect(try served.receive(1) == [1])
        let taken = try TakenDescriptors(sparing: 1)
        let waiting = try Peer(server.address)
        #expect(!waiting.hasInput(within: .milliseconds(100)))
        let counters = try server.finish()
        taken.giveBack()
        #expect(counters.connections == 1)
      }
    }
  }
}
