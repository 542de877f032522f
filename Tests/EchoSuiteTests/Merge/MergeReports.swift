import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

/// Clients' reports that were never measured, as merge is given them.
enum MergeReports {
  /// A moment of 2026, and a window of a second with half a second of load on either side.
  static let start: UInt64 = 1_796_000_400_000_000_000
  static let second: UInt64 = 1_000_000_000

  /// - Parameter latencies: in nanoseconds, of each message.
  static func report(
    _ id: String, _ shard: Int, of count: Int = 2,
    load: Load = Load(engine: .event, workers: 1), late: UInt64 = 0,
    latencies: [UInt64] = Array(repeating: 50_000, count: 5000),
    _ adjust: (inout ClientReport) -> Void = { _ in }
  ) throws -> ClientReport {
    var workload = Workload(
      address: .internet(host: "10.77.0.11", port: 25000), load: load,
      seed: UInt64(1000 + shard))
    workload.participant = Participant(
      id: try ClientID(parsing: id), shard: Shard(shard, of: count), version: "9.9.9")
    var report = ClientReport(workload)
    var recorder = try LatencyRecorder()
    defer { recorder.deallocate() }
    for latency in latencies { recorder.record(from: 0, to: latency) }
    report.latency = ClientReport.Latency(LatencyHistogram(recorder))
    report.valid = true
    report.build = "release"
    report.counts.completed = UInt64(latencies.count)
    report.counts.sent = UInt64(latencies.count)
    report.counts.bytesReceived = UInt64(latencies.count) * 1000
    report.counts.bytesSent = UInt64(latencies.count) * 1000
    report.connections.served = 1
    report.window.startUnix = start + late
    report.window.duration = second
    report.window.warmup = second / 2
    report.window.cooldown = second / 2
    report.fleet?.load = .init(start: start + late - second / 2, end: start + late + 3 * second / 2)
    report.fleet?.clock = ClockState(isSynchronised: true, maxError: 1_000_000)
    adjust(&report)
    return report
  }

  static func inputs(_ reports: [ClientReport]) throws -> [MergeInput] {
    try reports.enumerated().map {
      MergeInput(source: "\($0.offset + 1).json", data: try JSONEncoder().encode($0.element))
    }
  }

  static func merged(_ reports: [ClientReport], expecting count: Int? = nil) throws
    -> MergeReport
  {
    MergeReport(try Merge(try inputs(reports), expecting: count))
  }

  /// Of the server, so long after ``start``.
  static func reading(_ milliseconds: UInt64, cpu: UInt64) -> ServerReading? {
    var reading = try? ServerReading(of: getpid())
    reading?.unix = start + milliseconds * 1_000_000
    reading?.process = 7
    reading?.host = "h0"
    reading?.server.cpuNanoseconds = cpu
    reading?.tcp.retransmits = 10 + milliseconds / 1000
    return reading
  }
}

extension ClientReport {
  mutating func shift(by nanoseconds: Int64) {
    func shifted(_ moment: UInt64) -> UInt64 { UInt64(Int64(moment) + nanoseconds) }
    window.startUnix = shifted(window.startUnix)
    let load = fleet?.load
    fleet?.load = load.map { .init(start: shifted($0.start), end: shifted($0.end)) }
  }
}

extension JSONEncoder {
  static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return encoder
  }
}
