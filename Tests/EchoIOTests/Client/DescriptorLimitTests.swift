import Testing

@testable import EchoIO

extension DataPlane {
  /// A run for which the descriptors do not suffice.
  struct DescriptorLimitTests {
    @Test(arguments: Engine.allCases)
    func `without a descriptor left a client does not begin`(engine: Engine) async throws {
      await #expect(processExitsWith: .success) { [engine] in
        try await ThisProcess.letDispatchOpenItsDescriptors()
        let listener = try Socket.listening(on: RunningServer.loopback)
        let address = try listener.boundAddress(requested: RunningServer.loopback)
        let stop = try StopSignal()
        // One for the connection, four for the signals, one for the event engine's worker.
        let failing = ["socket", "eventfd", "eventfd", "eventfd", "eventfd"]
        let calls = engine == .event ? failing + ["epoll_create1"] : failing
        for (spare, call) in calls.enumerated() {
          let taken = try TakenDescriptors(sparing: spare)
          let error = #expect(throws: SystemError.self) {
            try LoadRun.run(
              Workload(address: address, load: Load(engine: engine, workers: 1)), until: stop)
          }
          #expect(error?.call == call)
          #expect(error?.remedy.contains("ulimit") == true)
          taken.giveBack()
        }
      }
    }
  }
}
