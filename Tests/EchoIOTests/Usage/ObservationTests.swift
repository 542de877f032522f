import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// A run that observes a process: here a shell, which holds the server's listener.
  @Suite struct ObservationTests {
    @Test func `a process that the observed one starts inside the window is counted`() throws {
      let report = try run(observing: "read go; (while :; do :; done) & echo >&0; wait") { shell in
        try shell.tell()
        try shell.hear()
        try shell.awaitDescendants(1, havingUsed: 50_000_000)
      }
      let usage = try #require(report.server)
      #expect(usage.processes == 2)
      #expect(usage.cpuNanoseconds > 50_000_000)
      #expect(report.serverUnknown == nil)
    }

    @Test func `an observed process of which a child ends inside the window has no figures`() throws
    {
      let script = "sleep 600 & read go; kill $!; wait; echo >&0; read go"
      let report = try run(observing: script, children: 1) {
        try $0.tell()
        try $0.hear()
      }
      #expect(report.server == nil)
      let reason = try #require(report.serverUnknown)
      #expect(
        reason.hasSuffix(
          ": it or a descendant ended inside the window, and what that used is not known"))
    }

    @Test func `a process that does not run while it is said to answer has no figures`() throws {
      let report = try run(observing: "read go", messages: 2000)
      #expect(report.valid)
      #expect(report.server == nil)
      let reason = try #require(report.serverUnknown)
      #expect(reason.contains(": it used no CPU time while "))
      #expect(reason.hasSuffix(" messages were answered"))
    }

    @Test(arguments: [(999, true), (1000, false)] as [(UInt64, Bool)])
    func `a few messages may be answered between two ticks, a thousand are not`(
      messages: UInt64, isKnown: Bool
    ) throws {
      try Shell.with("read go") { shell in
        let reading = shell.tree.read()
        let server = ObservedServer(shell.id, at: .unix(path: "/nobody/listens"))
        let usage = server.usage(reading, reading, isLate: false, messages)
        #expect((try? usage.get().cpuNanoseconds) == (isKnown ? 0 : nil))
      }
    }

    @Test func `a process that does not listen has no figures`() throws {
      for address in [RunningServer.loopback, .internet(host: "0.0.0.0", port: 0)] {
        let report = try run(
          observing: "read go; while :; do :; done", holdsListener: false, on: address
        ) {
          try $0.tell()
        }
        #expect(report.valid)
        #expect(report.server == nil)
        let reason = try #require(report.serverUnknown)
        #expect(reason.contains(": neither it nor a descendant of it listens on "))
      }
    }

    @Test func `a process that listens on a unix socket is told from one that does not`() throws {
      try withUnixAddress { address in
        let report = try run(
          observing: "read go; while :; do :; done", holdsListener: false, on: address
        ) {
          try $0.tell()
        }
        #expect(report.serverUnknown?.contains(" listens on unix:/") == true)
      }
    }

    @Test(arguments: [
      RunningServer.loopback, .internet(host: "0.0.0.0", port: 0), .internet(host: "::", port: 0),
    ])
    func `a process that listens is found to, whatever address it is bound to`(
      address: Address
    ) throws {
      let work = "i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done"
      let report = try run(observing: "read go; \(work); echo >&0; read go", on: address) {
        try $0.tell()
        try $0.hear()
      }
      #expect(report.serverUnknown == nil)
      #expect(report.server?.cpuNanoseconds ?? 0 > 1_000_000)
    }

    @Test func `readings that are not of the window give no figures`() throws {
      let workload = Workload()
      func report(from start: UInt64, to end: UInt64) -> ClientReport {
        var report = ClientReport(workload)
        report.window.duration = 1000
        report.counts.completed = 10
        report.readUsage(
          EdgeReading(at: start) { nil }, EdgeReading(at: end) { nil }, nil)
        return report
      }
      let inTime = report(from: 10, to: 1010)
      #expect(inTime.window.usage == 1000)
      #expect(inTime.client != nil && inTime.machine != nil)
      for late in [
        report(from: 1010, to: 1010), report(from: 800, to: 1010), report(from: 0, to: 2500),
      ] {
        #expect(late.window.usage != nil)
        #expect(late.client == nil && late.machine == nil)
      }
      try Shell.with("read go") { shell in
        let reading = shell.tree.read()
        let server = ObservedServer(shell.id, at: .unix(path: "/nobody/listens"))
        guard case .failure(let unknown) = server.usage(reading, shell.tree.read(), isLate: true, 5)
        else {
          Issue.record("figures of another time")
          return
        }
        #expect(unknown.reason.hasSuffix(": the CPU clocks could not be read in time"))
      }
    }

    @Test func `an address is of this machine when a socket can be bound to it`() throws {
      #expect(try Address.internet(host: "127.0.0.1", port: 25000).isOfThisMachine())
      #expect(try Address.internet(host: "0.0.0.0", port: 1).isOfThisMachine())
      #expect(try Address.unix(path: "/tmp/echo").isOfThisMachine())
      // Of TEST-NET-1, which nobody has (RFC 5737).
      #expect(try !Address.internet(host: "192.0.2.1", port: 25000).isOfThisMachine())
      #expect(throws: SystemError.self) {
        try Address.internet(host: "no such host", port: 1).isOfThisMachine()
      }
    }

    /// A run that observes a shell, whose window ends when `meanwhile` has and so many messages are
    /// answered.
    private func run(
      observing script: String, children: Int = 0, messages: Int = 0, holdsListener: Bool = true,
      on address: Address = RunningServer.loopback, _ meanwhile: (Shell) throws -> Void = { _ in }
    ) throws -> ClientReport {
      ignoreBrokenPipes()
      var report: ClientReport?
      try withServer(.named("threads"), on: address) { server in
        try Shell.with(script, holding: holdsListener ? server.listener : nil) { shell in
          try shell.awaitDescendants(children)
          let clock = WatchedClock()
          let workload = Workload(
            address: server.address, load: Load(engine: .blocking, workers: 1),
            stopRule: .duration(.seconds(2)), warmup: .seconds(1), timeout: .seconds(60))
          let run = try BoundedWork("client") {
            try LoadRun.run(workload, observing: shell.id, until: try StopSignal(), by: clock)
          }
          // Asked for a worker, for the window, and whether that has begun.
          clock.awaitQuestions(3)
          clock.advance(by: .milliseconds(1500))
          // Whether it begins soon, whether it has, at which moment exactly, and whether it is over.
          clock.awaitQuestions(4)
          try meanwhile(shell)
          // A worker asks twice for each.
          clock.awaitOthers(2 * messages)
          clock.advance(by: .milliseconds(1500))
          report = try run.value()
        }
      }
      return try #require(report)
    }
  }
}

/// A clock that a test moves once whoever asked first, the coordinator of a run, has asked again.
private final class WatchedClock: RunClock {
  private let manual = ManualClock()
  private let asked = Lock<(first: UInt?, count: Int, others: Int)>((nil, 0, 0))

  func now() -> UInt64 {
    asked.withLock { asked in
      if asked.first == nil { asked.first = pthread_self() }
      if asked.first == pthread_self() { asked.count += 1 } else { asked.others += 1 }
    }
    return manual.now()
  }

  var longestWait: TimeSpan { manual.longestWait }

  func advance(by span: TimeSpan) { manual.advance(by: span) }

  func awaitQuestions(_ count: Int) {
    let enough = asked.withLock { $0.count } + count
    while asked.withLock({ $0.count }) < enough { usleep(200) }
  }

  func awaitOthers(_ count: Int) {
    let enough = asked.withLock { $0.others } + count
    while asked.withLock({ $0.others }) < enough { usleep(200) }
  }
}
