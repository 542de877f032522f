internal import EchoIO

/// Something about a result of several clients that a reader should know before believing it.
enum MergeWarning: Equatable, Sendable {
  case debugBuild
  case unverified
  case unknownCount(found: Int)
  case noGuard
  case skew(UInt64, margin: UInt64)
  case clockUnknown(clients: [String])
  case clockUnsynchronised(clients: [String])
  case clockError(client: String, UInt64, margin: UInt64)
  case noIdle(clients: [String])
  case retransmits(UInt64, isOfServer: Bool)
  case overflows(UInt64)
  case unevenRates(slowest: String, fastest: String, ratio: Double)
  case rateNotKept(client: String, offered: Double, achieved: Double)
  case unserved(client: String, served: Int, total: Int)
  case serverNotCovered
  case coarseReadings(UInt64)

  static func all(
    of merge: Merge, _ window: MergeReport.Window, _ server: MergeServer?
  ) -> [MergeWarning] {
    let shards = merge.shards
    var warnings: [MergeWarning] = []
    if shards[0].report.build == BuildConfiguration.debug.rawValue { warnings.append(.debugBuild) }
    if shards[0].report.workload.load.verification != .full { warnings.append(.unverified) }
    if merge.expected == nil, shards[0].fleet.shard == nil {
      warnings.append(.unknownCount(found: shards.count))
    }
    guard shards.allSatisfy(\.report.valid) else { return warnings }
    warnings += time(shards, window) + work(shards)
    let retransmits = shards.reduce(0) { $0 + ($1.report.retransmits ?? 0) }
    if retransmits > 0 { warnings.append(.retransmits(retransmits, isOfServer: false)) }
    if !merge.readings.isEmpty, server == nil { warnings.append(.serverNotCovered) }
    // Between readings that are near each other the load was the same, or it was little of the window.
    if let gap = server?.coarseness, gap > max(window.margin, (window.end - window.start) / 20) {
      warnings.append(.coarseReadings(gap))
    }
    if let tcp = server?.tcp {
      if tcp.retransmits > 0 { warnings.append(.retransmits(tcp.retransmits, isOfServer: true)) }
      if tcp.listenOverflows > 0 { warnings.append(.overflows(tcp.listenOverflows)) }
    }
    return warnings
  }

  private static func time(
    _ shards: [MergeShard], _ window: MergeReport.Window
  ) -> [MergeWarning] {
    guard shards.count > 1 else { return [] }
    var warnings: [MergeWarning] = []
    if window.margin == 0 {
      warnings.append(.noGuard)
    } else if window.skew > window.margin / 2 {
      warnings.append(.skew(window.skew, margin: window.margin))
    }
    let unknown = shards.filter { $0.fleet.clock == nil }.map(\.fleet.id)
    if !unknown.isEmpty { warnings.append(.clockUnknown(clients: unknown)) }
    let loose = shards.filter { $0.fleet.clock?.isSynchronised == false }.map(\.fleet.id)
    if !loose.isEmpty { warnings.append(.clockUnsynchronised(clients: loose)) }
    for shard in shards {
      guard let clock = shard.fleet.clock, clock.isSynchronised, window.margin > 0,
        clock.maxError > window.margin / 2
      else { continue }
      warnings.append(.clockError(client: shard.fleet.id, clock.maxError, margin: window.margin))
    }
    return warnings
  }

  private static func work(_ shards: [MergeShard]) -> [MergeWarning] {
    var warnings: [MergeWarning] = []
    let busy = shards.filter {
      $0.report.machine?.idleShare.map { $0 < Bottleneck.Cause.noIdleLeft } ?? false
    }.map(\.fleet.id)
    if !busy.isEmpty { warnings.append(.noIdle(clients: busy)) }
    if let slowest = shards.min(by: { $0.rate < $1.rate }),
      let fastest = shards.max(by: { $0.rate < $1.rate }), fastest.rate > 2 * slowest.rate
    {
      warnings.append(
        .unevenRates(
          slowest: slowest.fleet.id, fastest: fastest.fleet.id, ratio: fastest.rate / slowest.rate))
    }
    for shard in shards {
      if shard.report.keepsRate == false, let rate = shard.report.workload.load.rate {
        warnings.append(
          .rateNotKept(client: shard.fleet.id, offered: Double(rate), achieved: shard.rate))
      }
      let connections = shard.report.connections
      if connections.served < connections.total {
        warnings.append(
          .unserved(
            client: shard.fleet.id, served: connections.served, total: connections.total))
      }
    }
    return warnings
  }
}

extension MergeWarning: CustomStringConvertible {
  /// What happened, why it matters, and what to try.
  var description: String {
    switch self {
    case .debugBuild: "a debug build of echobench measures itself; build with -c release"
    case .unverified: "the content of the replies was not compared; use --verify full"
    case .unknownCount(let found):
      "whether \(plural(found, "client")) are all of them is not known: start each with --shard, or"
        + " give --expect"
    case .noGuard:
      "there is no load before or after the windows that is not counted: where one client is late,"
        + " others measure alone. Give each a --warmup and a --cooldown"
    case .skew(let skew, let width):
      "the windows began within \(milliseconds(skew)) of each other, and the load around them that is"
        + " not counted is \(milliseconds(width)): start all at one moment with --start-at, or give a"
        + " longer --warmup and --cooldown"
    case .clockUnknown(let clients):
      "whether the clock is synchronised is not known of \(list(clients)): the windows may be others"
        + " than they say"
    case .clockUnsynchronised(let clients):
      "nobody keeps the clock of \(list(clients)) in step: the windows may be others than they say."
        + " Run chrony or ntpd there, or start with --start-at stdin"
    case .clockError(let client, let error, let width):
      "the clock of \(client) may be \(milliseconds(error)) off, and the load around the windows that"
        + " is not counted is \(milliseconds(width))"
    case .noIdle(let clients):
      "no CPU was idle on the machine of \(list(clients)): the server may do more. Use more machines,"
        + " or a lower rate"
    case .retransmits(let count, let isOfServer):
      "\(isOfServer ? "the server's machine" : "the clients") sent"
        + " \(plural(Int(clamping: count), "segment")) again: packets were lost. Percentiles do not show"
        + " what that costs; the maximum and the rate do"
    case .overflows(let count):
      "\(plural(Int(clamping: count), "connection")) came to a full backlog of the server's machine"
    case .unevenRates(let slowest, let fastest, let ratio):
      "\(fastest) was \(fixed(ratio, 1)) times as fast as \(slowest): they do not share the server"
        + " evenly, or their machines and ways differ"
    case .rateNotKept(let client, let offered, let achieved):
      "\(client) did not reach its rate: offered \(grouped(offered))/s, achieved"
        + " \(grouped(achieved))/s. Latency grows for as long as the run lasts"
    case .unserved(let client, let served, let total):
      "\(served) of \(total) connections of \(client) were served"
    case .coarseReadings(let gap):
      "the readings of the server around the window are \(milliseconds(gap)) apart, and its CPU time is told"
        + " as if it had been used evenly between them: observe with a shorter --every, or give a longer"
        + " --warmup and --cooldown"
    case .serverNotCovered:
      "the readings of the server do not reach from the beginning of the window to its end"
    }
  }

  private func milliseconds(_ nanoseconds: UInt64) -> String {
    "\(fixed(Double(nanoseconds) / 1e6, 1)) ms"
  }

  /// `h1, h2, h3 and 5 more`
  private func list(_ names: [String]) -> String {
    let shown = names.prefix(3).joined(separator: ", ")
    return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
  }
}
