import Testing

@testable import EchoIO

extension DataPlane {
  /// What a connection costs that says nothing.
  struct IdleConnectionTests {
    /// Where buffers belong to the loop, not to what a connection holds. The peers of the connections
    /// are in this process, too, and need a few hundred bytes each.
    @Test(
      .enabled(if: ThisProcess.mostDescriptors >= 700, "needs 700 descriptors (ulimit -Hn)"),
      arguments: BackendUnderTest.all.filter { !$0.holdsBuffers })
    func `an idle connection has no buffer of its own`(backend: BackendUnderTest) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        try withServer(.named(name), bufferSize: 64 << 10) { server in
          let message = scrambledBytes(64 << 10)
          var peers = [try Peer(server.address)]
          #expect(try peers[0].echoDifference(message) == nil)
          let before = ThisProcess.residentBytes
          for _ in 0..<250 {
            let peer = try Peer(server.address)
            try peer.send(message)
            #expect(try peer.receive(message.count) == message)
            peers.append(peer)
          }
          #expect((ThisProcess.residentBytes - before) / 250 < 8 << 10)
          for peer in peers { peer.hangUp() }
        }
      }
    }
  }
}
