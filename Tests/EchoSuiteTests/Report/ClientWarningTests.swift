import EchoIO
import Testing

@testable import EchoSuite

struct ClientWarningTests {
  @Test func `a good run gives no warning`() {
    #expect(warnings() == [])
  }

  @Test func `a debug build is the first thing to know`() {
    let found = warnings(load: SimulatedLoad(messagesPerSecond: 10)) { $0.build = "debug" }
    #expect(found == [.debugBuild, .shortWindow(completed: 1, ofMessages: false)])
  }

  @Test func `what was not verified is told with its bytes`() {
    #expect(
      warnings(.off, load: SimulatedLoad(bytesBack: 4))
        == [.unverified(bytesSent: 1_000_000, bytesReceived: 4_000_000)])
    #expect(
      warnings(.off, load: SimulatedLoad(bytesBack: 4, bytesDrained: 16_000_000))
        == [.unverified(bytesSent: 1_000_000, bytesReceived: 4_000_000)])
    #expect(warnings(.length) == [.lengthOnly])
  }

  @Test func `connections that were not served are told`() {
    #expect(warnings(load: SimulatedLoad(served: 2)) == [.unserved(served: 2, total: 5, first: [])])
    let found = warnings(load: SimulatedLoad(served: 2)) { $0.connections.unserved = [0, 3, 4] }
    #expect(found == [.unserved(served: 2, total: 5, first: [0, 3, 4])])
  }

  @Test func `a connection that had next to nothing is named`() {
    func found(_ messages: UInt64) -> [ClientWarning] {
      warnings {
        $0.counts.completed = 5000
        $0.connections.slowest = 3
        $0.connections.slowestMessages = messages
      }
    }
    #expect(found(99) == [.starved(connection: 3, messages: 99, mean: 1000)])
    #expect(found(100) == [])
  }

  @Test func `a part of a run is told to be one`() {
    #expect(warnings { $0.partial = true } == [.partial])
  }

  @Test func `fewer than a thousand messages are few`() {
    #expect(warnings(load: SimulatedLoad(messagesPerSecond: 10_000)) == [])
    #expect(
      warnings(load: SimulatedLoad(messagesPerSecond: 9_990)) == [
        .shortWindow(completed: 999, ofMessages: false)
      ])
    let counted = warnings(load: SimulatedLoad(messagesPerSecond: 9_990)) {
      $0.window.messagesPerWorker = 200
    }
    #expect(counted == [.shortWindow(completed: 999, ofMessages: true)])
  }

  @Test func `readings that do not cover the window are told`() {
    #expect(warnings { $0.window.usage = 104_999_999 } == [])
    let late = ClientWarning.lateReading(usage: 106_000_000, window: 100_000_000)
    #expect(warnings { $0.window.usage = 106_000_000 } == [late])
    let early = ClientWarning.lateReading(usage: 94_000_000, window: 100_000_000)
    #expect(warnings { $0.window.usage = 94_000_000 } == [early])
  }

  @Test func `a server of which nothing is known is told with the reason`() {
    #expect(warnings { $0.serverUnknown = "gone" } == [.unobserved(reason: "gone")])
  }

  @Test func `an invalid run has no warning about its figures`() {
    let load = SimulatedLoad(messagesPerSecond: 10, served: 1, invalidReasons: ["wrong"])
    #expect(warnings(load: load) == [])
  }

  @Test func `a run that could not take place has no warning about its workload`() {
    #expect(warnings(.off) { $0.error = "refused" } == [])
  }

  @Test(arguments: sentences)
  func `a warning says what happened and what to try`(warning: ClientWarning, text: String) {
    #expect("\(warning)" == text)
  }

  private func warnings(
    _ verification: Verification = .full, load: SimulatedLoad = SimulatedLoad(),
    _ change: (inout ClientReport) -> Void = { _ in }
  ) -> [ClientWarning] {
    let scenario = Scenario(
      server: Server(name: "a", kind: .backend(name: "threads")),
      load: Load(verification: verification))
    var report = ClientReport.simulated(scenario, load)
    change(&report)
    return ClientWarning.all(of: report)
  }

  private static let sentences: [(ClientWarning, String)] = [
    (
      .debugBuild,
      "a debug build of echobench measures itself; build with -c release"
    ),
    (
      .unverified(bytesSent: 1000, bytesReceived: 4096),
      "nothing was verified: any bytes were taken as the reply. 1000 bytes were sent and 4096 came"
        + " back. Use --verify full before believing the figures"
    ),
    (.lengthOnly, "the content of the replies was not compared; use --verify full"),
    (
      .unserved(served: 4, total: 50, first: Array(4..<14)),
      "4 of 50 connections were served: the others (4, 5, 6, 7, 8, 9, 10, 11, 12, 13 …) got no reply"
        + " within the window. A pool serves as many as it has threads: give it more, or use fewer"
        + " connections. Where --messages ended the window, give more of them"
    ),
    (
      .starved(connection: 3, messages: 99, mean: 1000),
      "connection 3 starved: it had 99 messages where the mean is 1000. A server that serves others"
        + " first is quick for those only"
    ),
    (
      .unserved(served: 4, total: 50, first: []),
      "4 of 50 connections were served: the others got no reply within the window. A"
        + " pool serves as many as it has threads: give it more, or use fewer connections. Where"
        + " --messages ended the window, give more of them"
    ),
    (
      .shortWindow(completed: 7, ofMessages: false),
      "only 7 messages were measured; use a longer --duration"
    ),
    (
      .shortWindow(completed: 7, ofMessages: true),
      "only 7 messages were measured; use more --messages"
    ),
    (
      .lateReading(usage: 400_000_000, window: 500_000_000),
      "the CPU clocks of processes were read late: they cover 400 ms for a window of 500 ms."
        + " Something kept this program from running; try again"
    ),
    (.unobserved(reason: "no figures of process 5: it ended"), "no figures of process 5: it ended"),
    (.partial, "interrupted: these figures are of a part of the run"),
  ]
}
