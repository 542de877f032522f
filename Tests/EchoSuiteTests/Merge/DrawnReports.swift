import Foundation
import Laws

@testable import EchoIO
@testable import EchoSuite

/// Clients' reports with all that may stand in one.
extension Draw {
  /// Of two to six clients that had parts of one load: each member that may be absent is there in some.
  /// - Parameters:
  ///   - sharded: whether they have been told how many they are; nil for either.
  ///   - wrong: in so many of a hundred a client has found its server wrong.
  mutating func clientReports(sharded: Bool? = nil, wrong: Int = 5) throws -> [ClientReport] {
    let count = int(2...6)
    let load = try mergedLoad()
    let isSharded = sharded ?? chance(50)
    return try (1...count).map { shard in
      var part = load
      part.connections = int(1...40)
      part.workers = int(1...part.connections)
      if load.rate != nil { part.rate = int(1...100_000) }
      let isValid = !chance(wrong)
      let messages = list(20...200) { UInt64($0.magnitude(2_000_000)) }
      return try MergeReports.report(
        "h\(shard)", shard, of: count, load: part, late: UInt64(int(0...100_000_000)),
        latencies: isValid ? messages : []
      ) {
        if !isSharded { $0.fleet?.shard = nil }
        addCircumstances(to: &$0)
        if isValid { addFigures(of: messages, to: &$0) } else { refuse(&$0, "h\(shard)") }
      }
    }
  }

  /// Of a server, so often that its readings reach from before all windows to behind them, or do not.
  mutating func readings() -> [ServerReading] {
    let moments = Set(list(0...8) { $0.int(0...2500) }).sorted()
    var (cpu, busy) = (0 as UInt64, [0, 0] as [UInt64])
    return moments.map { moment in
      cpu += UInt64(magnitude(1 << 30))
      for index in busy.indices { busy[index] += UInt64(magnitude(1 << 28)) }
      let counter = UInt64(moment)
      return ServerReading(
        host: "h0", unix: MergeReports.start - 600_000_000 + counter * 1_000_000, process: 7,
        server: .init(cpuNanoseconds: cpu, processes: int(1...3)),
        cpus: busy.enumerated().map { number, busy in
          .init(number: number, busy: busy, idle: counter * 900_000, softirq: busy / 3)
        },
        tcp: .init(
          sent: counter * 7, retransmits: counter / 100, timeouts: 0,
          listenOverflows: counter / 1000, listenDrops: 0))
    }
  }

  /// What has to be the same of all.
  private mutating func mergedLoad() throws -> Load {
    var load = Load(engine: .event, workers: 1)
    load.verification = one(of: Verification.allCases)
    if chance(50) {
      load.rate = 1
      load.arrival = maybe { $0.one(of: Arrival.allCases) }
    }
    load.pipeline = maybe { $0.int(2...16) }
    load.block = maybe { $0.int(2...4) }
    load.reconnect = maybe { $0.int(1...50) }.map { $0 * load.messagesPerBlock }
    if chance(40) {
      load.mix = try SizeMix(parsing: one(of: ["64,1k,64k", "uniform:500-4k"]))
      load.size = load.mix?.largest ?? load.size
    }
    return load
  }

  /// What is known of a client whatever came of it.
  private mutating func addCircumstances(to report: inout ClientReport) {
    report.window.warmup = UInt64(int(200...500)) * 1_000_000
    report.window.cooldown = maybe { UInt64($0.int(200...500)) * 1_000_000 }
    report.window.usage = maybe { UInt64($0.magnitude(1 << 30)) }
    report.target.isRemote = maybe { _ in true }
    report.counts.unfinished = maybe { UInt64($0.magnitude(1000)) }
    report.counts.oldestUnfinished = maybe { UInt64($0.magnitude(1 << 30)) }
    report.lifetime = .init(
      bytesSent: UInt64(magnitude(1 << 30)), bytesReceived: UInt64(magnitude(1 << 30)),
      bytesDrained: maybe { UInt64($0.magnitude(1 << 20)) },
      mostBackPerByteSent: maybe { $0.double(0...4) })
    report.connections = .init(
      served: int(0...report.connections.total), total: report.connections.total,
      unserved: maybe { $0.list(0...3) { $0.int(0...40) } }, slowest: maybe { $0.int(0...40) },
      slowestMessages: UInt64(magnitude(100)), fastestMessages: UInt64(magnitude(1000)),
      fairness: chance(90) ? double(0.1...1) : nil)
    report.cpu = CPUTime(
      userNanoseconds: UInt64(magnitude(1 << 32)), systemNanoseconds: UInt64(magnitude(1 << 32)))
    report.client = maybe { $0.usage() }
    report.server = maybe { $0.usage() }
    report.serverUnknown = maybe { _ in "it ended" }
    report.serverMemory = maybe {
      .init(before: UInt64($0.magnitude(1 << 30)), with: UInt64($0.magnitude(1 << 30)))
    }
    report.machine = maybe {
      MachineUsage(
        busy: UInt64($0.magnitude(1 << 32)), idle: UInt64($0.int(0...1 << 32)),
        stolen: UInt64($0.int(0...1 << 20)))
    }
    report.retransmits = chance(90) ? UInt64(int(0...50)) : nil
    report.fleet?.startAt = maybe { _ in MergeReports.start }
    report.fleet?.ready = maybe { _ in MergeReports.start }
    report.fleet?.clock = maybe {
      ClockState(isSynchronised: $0.chance(80), maxError: UInt64($0.magnitude(1 << 30)))
    }
  }

  /// What a measurement has besides: with each kind of load its own.
  private mutating func addFigures(of messages: [UInt64], to report: inout ClientReport) {
    let load = report.workload.load
    let kind: LatencyKind = load.rate == nil ? .serviceTime : .responseTime
    report.latency.kind = kind.rawValue
    report.throughput.messagesPerSecond = Double(report.counts.completed)
    report.throughput.bytesPerSecond = Double(report.counts.bytesReceived)
    if let rate = load.rate {
      report.service = latency(.serviceTime)
      report.schedule = .init(
        offered: Double(rate), achieved: Double(report.counts.completed),
        Backlog(messages: int(0...1000), behind: UInt64(int(0...1_000_000_000))),
        sendLag: latency(.sendLag))
    } else {
      report.inFlight = maybe { $0.inFlight() }
    }
    if load.messagesPerBlock > 1 { report.blocks = latency(kind) }
    if load.reconnect != nil {
      report.connects = latency(.connectTime)
      report.connections.made = UInt64(int(0...1000))
    }
    report.sizes = load.mix.map { (mix) -> [ClientReport.OfSize] in
      let classes = mix.classes
      let ofClass = Dictionary(grouping: messages) { _ in int(0...classes.count - 1) }
      return classes.enumerated().map { index, bytes in
        let own = LatencyHistogram.recorded(ofClass[index] ?? [])
        return ClientReport.OfSize(
          from: bytes.lowerBound, to: bytes.upperBound, completed: own.count,
          latency: .init(own, kind))
      }
    }
    report.intervals = maybe { $0.intervals(load, kind) }
  }

  private mutating func intervals(_ load: Load, _ kind: LatencyKind) -> [ClientReport.Interval] {
    let count = int(1...3)
    let duration = MergeReports.second / UInt64(count)
    return (0..<count).map { index in
      ClientReport.Interval(
        start: UInt64(index) * duration, duration: duration, completed: UInt64(int(1...99)),
        messagesPerSecond: double(1...99), errors: int(0...2), latency: latency(kind),
        service: load.rate.map { _ in latency(.serviceTime) },
        connects: load.reconnect.map { _ in latency(.connectTime) })
    }
  }

  private mutating func refuse(_ report: inout ClientReport, _ id: String) {
    report.valid = false
    report.invalidReasons = ["a byte of \(id) is another"]
    report.counts.completed = UInt64(int(0...1000))
    report.counts.sent = report.counts.completed + 1
    report.counts.bytesReceived = report.counts.completed * 1000
    for kind in FailureKind.allCases { report.counts.errors[kind.rawValue] = int(0...3) }
  }

  /// Its only maker is a run that recorded something, or a document.
  private mutating func inFlight() -> ClientReport.InFlight {
    let text = #"{"expected": 5, "found": \#(int(1...9)), "turnaround_ns": 900}"#
    return try! JSONDecoder().decode(ClientReport.InFlight.self, from: Data(text.utf8))
  }

  private mutating func latency(_ kind: LatencyKind) -> ClientReport.Latency {
    .init(.recorded(list(1...30) { UInt64($0.magnitude(100_000)) }), kind)
  }

  private mutating func usage() -> ProcessUsage {
    .simulated(UInt64(magnitude(1 << 32)), switches: 10, processes: 1, threads: int(1...9))
  }
}
