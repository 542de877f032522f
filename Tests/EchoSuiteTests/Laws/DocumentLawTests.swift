import EchoIO
import Foundation
import Laws
import Testing

@testable import EchoSuite

/// What is written into a suite's folder, or by a client, is read back as it was.
struct DocumentLawTests {
  @Test func `a plan is read back as it was, and nothing is wrong with it`() throws {
    try forAll(150) { draw in
      let file = try draw.suiteFile()
      return Plan(try SuiteFileReader.read(file.one, file: "drawn.yaml"), seed: draw.next() >> 11)
    } holds: { plan in
      let data = try JSONEncoder().encode(plan)
      try holdEqual(try JSONDocument.decode(Plan.self, from: data), plan)
      try holdEqual(plan.problem, nil, "its problem")
      let names = plan.scenarios.map(\.name)
      try holdEqual(Set(names).count, names.count, "names of its own")
    }
  }

  @Test func `however its values are written, a suite file is the same suite`() throws {
    try forAll(150) {
      try $0.suiteFile()
    } holds: { file in
      let one = try SuiteFileReader.read(file.one, file: "one.yaml")
      try holdEqual(try SuiteFileReader.read(file.other, file: "other.yaml"), one, file.other)
    }
  }

  @Test func `a line of the log is read back as it was`() throws {
    try forAll(300) { draw in
      let load = draw.load()
      let scenario = Scenario(
        server: Server(name: "a", kind: .command(line: draw.hostileText())), load: load)
      let call = SimulatedExecutor.Call(
        trial: Trial(scenario: draw.int(0...99), round: draw.magnitude(10_000)), server: "a",
        attempt: draw.int(1...3))
      if draw.chance(20) {
        return EchoSuite.Measurement.simulated(call, scenario, .failed(reason: draw.hostileText()))
      }
      var simulated = SimulatedLoad()
      simulated.messagesPerSecond = draw.double(1...1e7)
      simulated.bytesBack = draw.double(0...5)
      simulated.stolen = draw.double(0...1)
      simulated.bytesDrained = draw.maybe { UInt64($0.magnitude(1 << 40)) }
      if draw.chance(20) { simulated.invalidReasons = draw.list(1...3) { $0.hostileText() } }
      var measurement = EchoSuite.Measurement.simulated(call, scenario, simulated)
      measurement.tookNanoseconds = draw.maybe { UInt64($0.magnitude(.max)) }
      return measurement
    } holds: { measurement in
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let line = try encoder.encode(measurement)
      try hold(!line.contains { $0 == UInt8(ascii: "\n") || $0 == 0 }, "it is no line")
      let read = try JSONDocument.decode(EchoSuite.Measurement.self, from: line)
      try holdEqual(read, measurement)
      try holdEqual(try encoder.encode(read), line, "what is written of what was read")
    }
  }

  @Test func `a client's report is read back with its histogram`() throws {
    try forAll(60) { draw in
      try MergeReports.report(
        "h\(draw.int(1...99))", 1, late: UInt64(draw.magnitude(1 << 40)),
        latencies: draw.list(20...400) { UInt64($0.magnitude(3_600_000_000_000)) })
    } holds: { report in
      let data = try JSONEncoder().encode(report)
      let read = try JSONDocument.decode(ClientReport.self, from: data)
      try holdEqual(read, report)
      try holdEqual(try read.latency.histogram().count, report.counts.completed)
      try holdEqual(try read.latency.histogram().encodedV2, report.latency.hdrV2)
    }
  }
}

extension Draw {
  /// A suite file, in two ways of writing the same values.
  fileprivate mutating func suiteFile() throws -> (one: String, other: String) {
    var lines: [(String, String)] = [("name: drawn", "'name': \"drawn\"")]
    func add(_ key: String, _ one: String, _ other: String) {
      lines.append(("\(key): \(one)", "\(key): \(other)"))
    }
    let duration = int(10...5000)
    add("duration", "\(duration)ms", "\(duration * 1000)us")
    let warmup = int(0...60)
    if chance(50) { add("warmup", "\(warmup)s", "\(warmup)000ms") }
    if chance(50) {
      add("rounds", "\(int(1...40))", "\(0)")
      let rounds = lines.removeLast().0
      lines.append((rounds, rounds))
    } else {
      let precision = int(1...99)
      add("precision", "\(precision)%", "'\(precision)'")
      if chance(50) { add("budget", "2m", "120") }
    }
    let kibibytes = Set(list(1...3) { $0.magnitude(512) }).sorted()
    add(
      "sizes", "[\(kibibytes.map { "\($0)k" }.joined(separator: ", "))]",
      "\n" + kibibytes.map { "  - \($0 * 1024)" }.joined(separator: "\n"))
    let buffer = magnitude(64)
    add("buffers", "[\(buffer)k]", "[\(buffer)KiB]")
    if chance(50) { add("engines", "[blocking, event]", "['blocking', \"event\"]") }
    if chance(30) { add("pipelines", "[1, 4]", "\n- 1\n- 4") }
    if chance(30) { add("idle_connections", "[0, 2k]", "[0, 2000]") }
    if chance(30) { add("twin", "false", "'false'") }
    let servers = list(1...3) { draw in
      "\(draw.one(of: ["threads", "epoll", "libuv", "dispatch"]))"
    }
    let entries =
      Set(servers).sorted().map { "backend: \($0)" }
      + ["name: other, command: \"other {address} \(one(of: ["", "{{x}}", "é", "'q'"]))\""]
    add(
      "servers", "[\(entries.map { "{\($0)}" }.joined(separator: ", "))]",
      "\n" + entries.map { "  - {\($0)}" }.joined(separator: "\n"))
    // What is told first does not matter.
    let others = shuffled(lines)
    return (lines.map(\.0).joined(separator: "\n"), others.map(\.1).joined(separator: "\n"))
  }
}
