import EchoIO
import Testing

@testable import EchoSuite

struct CountedCallsTests {
  /// A client that connects, sends `messages` and closes.
  private func run(_ messages: Int, wakes: Int = 0) -> (calls: TracedCalls, messages: Double) {
    let calls = TracedCalls([
      "accept4": .init(calls: 6, results: 100), "close": .init(calls: 5),
      "recvfrom": .init(calls: messages + 5, results: 1000 * messages),
      "read": .init(calls: wakes, results: 8 * wakes, eights: wakes),
      "sendto": .init(calls: messages, results: 1000 * messages),
      "epoll_wait": .init(calls: messages / 5, results: messages),
    ])
    return (calls, Double(messages))
  }

  @Test func `what connecting and closing cost is not a message's`() throws {
    var anatomy = Anatomy()
    anatomy.count(CountedCalls(few: run(100), many: run(1100)), size: 1000)
    #expect(anatomy.calls == ["recvfrom": 1, "sendto": 1, "epoll_wait": 0.2])
    #expect(anatomy.callsPerMessage == 2.2)
    #expect(anatomy.reads == .init(calls: 1, bytes: 1000))
    #expect(anatomy.writes == .init(calls: 1, bytes: 1000))
    #expect(anatomy.unavailable.isEmpty)
  }

  @Test func `reads of eight bytes are an eventfd's, unless messages may be so small`() {
    let counted = CountedCalls(few: run(100), many: run(1100, wakes: 500))
    var anatomy = Anatomy()
    anatomy.count(counted, size: 1000)
    #expect(anatomy.reads == .init(calls: 1.5, bytes: 1004, eights: 0.5))
    #expect(anatomy.calls(for: .rearm) == 0.5)
    anatomy.count(counted, size: 8)
    #expect(anatomy.reads?.eights == 0)
    #expect(anatomy.calls(for: .rearm) == 0)
  }

  @Test func `a call now and then is none of a message's, and less than none neither`() {
    var many = run(1100)
    many.calls =
      many.calls
      - TracedCalls(["mmap": .init(calls: -4), "close": .init(calls: 2), "brk": .init(calls: 9)])
    var anatomy = Anatomy()
    anatomy.count(CountedCalls(few: run(100), many: many), size: 1000)
    #expect(anatomy.calls.map { Set($0.keys) } == ["recvfrom", "sendto", "epoll_wait"])
  }

  @Test func `where hardly a message came back nothing is known of calls`() {
    var anatomy = Anatomy()
    anatomy.count(CountedCalls(few: run(100), many: run(119)), size: 1000)
    #expect(anatomy.calls == nil && anatomy.reads == nil && anatomy.writes == nil)
    #expect(anatomy.unavailable[.calls]?.hasPrefix("too few messages came back") == true)
    // As many messages in the longer run as in the shorter one are no reason to crash.
    anatomy.count(CountedCalls(few: run(100), many: run(100)), size: 1000)
    #expect(anatomy.calls == nil)
  }

  @Test func `switches, migrations and faults are per message of the window`() {
    let scenario = Scenario(
      server: Server(name: "threads", kind: .backend(name: "threads")), load: Load())
    var report = ClientReport.simulated(scenario)
    let messages = report.counts.completed
    report.server?.migrations = messages / 10
    report.server?.minorFaults = messages / 100
    var anatomy = Anatomy()
    anatomy.observe(report)
    #expect(anatomy.voluntarySwitches == 2)
    #expect(anatomy.involuntarySwitches == 0.2)
    #expect(anatomy.migrations == 0.1)
    #expect(anatomy.minorFaults == 0.01)
    #expect(messages > 0 && anatomy.unavailable.isEmpty)
  }

  @Test func `what could not be read is unavailable with the reason`() {
    let scenario = Scenario(
      server: Server(name: "threads", kind: .backend(name: "threads")), load: Load())
    var report = ClientReport.simulated(scenario)
    var anatomy = Anatomy()
    anatomy.observe(report)
    #expect(anatomy.voluntarySwitches != nil && anatomy.migrations == nil)
    #expect(anatomy.unavailable[.migrations]?.contains("CONFIG_SCHED_DEBUG") == true)
    report.server = nil
    report.serverUnknown = "no figures of process 7: it ended"
    anatomy = Anatomy()
    anatomy.observe(report)
    #expect(anatomy.voluntarySwitches == nil && anatomy.minorFaults == nil)
    #expect(anatomy.unavailable[.switches] == "no figures of process 7: it ended")
    #expect(anatomy.unavailable[.faults] != nil && anatomy.unavailable[.calls] == nil)
  }

  @Test(arguments: [
    ("events: Ir\n\ntotals: 123456\n", 123_456.0), ("totals: 0\n", nil), ("totals: inf\n", nil),
    ("totals: -1\n", nil), ("totals:\n", nil), ("", nil),
  ])
  func `what callgrind cannot have counted is nothing`(text: String, total: Double?) {
    #expect(InstructionCounter.total(in: text) == total)
  }
}
