import EchoIO
import Testing

@testable import EchoSuite

/// What is said of the counts.
struct AnatomyReportTests {
  private func record(
    _ name: String, _ calls: [String: Double]?, eights: Double = 0,
    _ change: (inout Anatomy) -> Void = { _ in }
  ) -> AnatomyRecord {
    var anatomy = Anatomy()
    anatomy.calls = calls
    if let reads = calls?["read"] {
      anatomy.reads = .init(calls: reads, bytes: 1000 + 8 * eights, eights: eights)
    }
    if let writes = calls?["write"] {
      anatomy.writes = .init(calls: writes, bytes: 1000 + 8 * eights, eights: eights)
    }
    change(&anatomy)
    let scenario = Scenario(
      server: Server(name: name, kind: .backend(name: name), bufferBytes: 65536), load: Load())
    return AnatomyRecord(scenario, .ran, anatomy: anatomy, messages: 1000, took: 1, build: .release)
  }

  private var dispatch: AnatomyRecord {
    record(
      "dispatch",
      ["read": 2, "write": 2, "epoll_ctl": 2, "epoll_wait": 2, "ioctl": 1], eights: 1)
  }
  private var libuv: AnatomyRecord {
    record("libuv", ["read": 1, "write": 1, "epoll_wait": 0.2])
  }

  @Test func `a sentence says what each server calls beside moving bytes`() {
    let threads = record("threads", ["read": 1, "write": 1])
    let ring = record("ring", ["io_uring_enter": 0.07])
    let sentence = AnatomySentence(records: [dispatch, libuv, threads, ring])
    #expect(
      sentence.text
        == Text(
          "dispatch: 9.0 calls per message, 4.0 of them re-arming and waking, 2.0 waiting;"
            + " libuv: 2.2, 0.20 of them waiting; threads: 2.0; ring: 0.07."))
  }

  @Test func `a server whose calls are not known is in no sentence`() {
    let unknown = record("unknown", nil) { $0.unavailable[.calls] = "forbidden" }
    #expect(AnatomySentence(records: [unknown]).text == nil)
    let text = AnatomySentence(records: [unknown, libuv]).text
    #expect(text?.spans.first?.words.hasPrefix("libuv: 2.2 calls") == true)
  }

  @Test func `columns of which nothing is known are left out`() {
    let columns = AnatomyColumns.figures(of: [libuv]).map(\.title)
    #expect(columns == ["Calls/msg", "System calls", "Bytes/read", "Bytes/write"])
    let counted = record("threads", nil) {
      $0.instructions = 149
      $0.voluntarySwitches = 1
    }
    let both = AnatomyColumns.figures(of: [libuv, counted]).map(\.title)
    #expect(both.contains("Instructions/msg") && both.contains("Voluntary switches/msg"))
  }

  @Test func `a reason is told once, with all that is missing for it`() {
    let forbidden = record("a", nil) {
      $0.unavailable = [.migrations: "gone", .switches: "gone", .calls: "forbidden"]
    }
    let rows = [forbidden, forbidden, libuv]
    #expect(AnatomyColumns.reasons(of: rows) == ["calls: forbidden", "switches, migrations: gone"])
  }

  @Test func `the text has a figure per line, and why others are missing`() throws {
    let counted = record("dispatch", ["read": 2, "write": 2], eights: 1) {
      $0.voluntarySwitches = 1.5
      $0.involuntarySwitches = 0.25
      $0.unavailable[.instructions] = "valgrind is missing: apt-get install valgrind"
    }
    #expect(
      try AnatomyFormat.text.render(counted) == """
        server        dispatch
        load          5 connections, 1000-byte messages, blocking client
        calls         4.00 per message, of 1000
                      read 2.00, write 2.00
        reads         1.00 of 1000 bytes, and 1.00 of the 8 bytes of an eventfd
        writes        1.00 of 1000 bytes, and 1.00 of the 8 bytes of an eventfd
        switches      1.50 voluntary, 0.250 involuntary
        unavailable   instructions: valgrind is missing: apt-get install valgrind

        """)
  }

  @Test func `Markdown has a sentence, a table and the reasons`() throws {
    let record = record("libuv", ["read": 1, "write": 1, "epoll_wait": 0.2]) {
      $0.unavailable[.instructions] = "counted elsewhere"
    }
    let lines = try AnatomyFormat.markdown.render(record).split(separator: "\n")
    #expect(lines[0] == "# What a message costs libuv")
    #expect(lines[1] == "libuv: 2.2 calls per message, 0.20 of them waiting.")
    #expect(
      lines[2].hasPrefix("| Module | Message size | Engine   | Connections | Calls/msg | System"))
    #expect(lines[4].contains("read 1.00, write 1.00, epoll_wait 0.20"))
    #expect(lines[5] == "- instructions: counted elsewhere.")
  }

  @Test(arguments: AnatomyFormat.allCases)
  func `a server that did not run says why in every format`(format: AnatomyFormat) throws {
    let scenario = Scenario(
      server: Server(name: "mine", kind: .command(line: "mine {port}")), load: Load())
    let record = AnatomyRecord(scenario, .failed(reason: "'mine' did not listen"), took: 1)
    #expect(try format.render(record).contains("'mine' did not listen"))
  }
}
