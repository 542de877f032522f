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
    func `without a descriptor left a server still stops`(backend: BackendUnderTest) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        try await ThisProcess.letDispatchOpenItsDescriptors()
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
