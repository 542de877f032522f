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
        let workload = Workload(address: address, load: Load(engine: engine, workers: 1))
        // One for the connection, four for the signals, one to read a file with, one for the event
        // engine's worker.
        let needed = engine == .event ? 7 : 6
        for spare in 0..<needed {
          let taken = try TakenDescriptors(sparing: spare)
          let error = #expect(throws: SystemError.self) { try LoadRun.run(workload, until: stop) }
          #expect(error?.call == (spare == 0 ? "socket" : "open 1 connection"))
          #expect(error?.remedy.contains("ulimit") == true)
          taken.giveBack()
        }
        // Nobody accepts it, and it was begun all the same.
        let taken = try TakenDescriptors(sparing: needed)
        var short = workload
        (short.stopRule, short.warmup) = (.duration(.milliseconds(10)), .milliseconds(0))
        short.timeout = .milliseconds(20)
        let report = try LoadRun.run(short, until: stop)
        #expect(report.lifetime.bytesSent == 1000)
        taken.giveBack()
      }
    }

    @Test func `a need says what it takes, what there is, and what would fit`() {
      let need = DescriptorNeed(ofClient: Load(engine: .event, workers: 2, connections: 60_000))
      #expect(
        need.shortage(of: 20_000, open: 5)
          == "60000 connections take 60007 descriptors beside the 5 that are open, and a process may"
          + " have 20000 here (ulimit -Hn). Ask for at most 19988 connections, or raise that limit: as"
          + " root, with 'ulimit -n 60012'.")
      #expect(need.shortage(of: 60_012, open: 5) == nil)
      #expect(need.shortage(of: 60_012, open: 6) != nil)
      let server = DescriptorNeed(ofServer: 10)
      #expect(server.shortage(of: 4, open: 3)?.contains("Raise that limit") == true)
    }
  }
}
