internal import EchoIO

/// What the server did while the clients measured, from its observation.
struct MergeServer: Equatable, Sendable {
  let host: String
  let process: Int32
  /// CPU time of the server in the window, between two readings as if it went evenly.
  let cpuNanoseconds: Double
  /// Per time.
  let cpus: Double
  let machineBusy: Double?
  let softirqCPU: Int?
  let softirqShare: Double?
  /// From the last reading before the window to the first after it.
  let tcp: ServerReading.TCP
  /// From the last reading before the window, or before its end, to the first after that, whichever is
  /// longer: of what lies between nobody knows when it was used.
  let coarseness: UInt64

  /// Why readings are not those of one server; empty when they are, or when there are none.
  static func problems(_ readings: [ServerReading]) -> [MergeProblem] {
    let moment = readings.first { $0.unix > 1 << 63 - 1 }
    if let moment {
      return [MergeProblem(source: "observation", rule: "'unix_ns' cannot be \(moment.unix)")]
    }
    if let reading = readings.first(where: { $0.cpus.count > mostCPUs }) {
      return [
        MergeProblem(
          source: "observation",
          rule: "'cpus' must be at most \(mostCPUs), and there are \(reading.cpus.count)")
      ]
    }
    let servers = Set(readings.map { "process \($0.process) on \($0.host)" }).sorted()
    guard servers.count > 1 else { return [] }
    return [
      MergeProblem(
        source: "observation",
        rule: "there are readings of two servers, \(servers[0]) and \(servers[1])")
    ]
  }

  /// Linux has no more (NR_CPUS of the kernel's arch/x86/Kconfig), and each is looked for among the others.
  private static let mostCPUs = 8192

  /// - Parameter readings: of one server, by time.
  /// - Returns: nil where they do not reach from the beginning of the window to its end.
  init?(_ readings: [ServerReading], from start: UInt64, to end: UInt64) {
    guard start < end, let before = readings.last(where: { $0.unix <= start }),
      let after = readings.first(where: { $0.unix >= end }), before.unix < after.unix,
      let first = Self.cpu(readings, at: start), let last = Self.cpu(readings, at: end),
      let atStart = Self.gap(readings, at: start), let atEnd = Self.gap(readings, at: end)
    else { return nil }
    coarseness = max(atStart, atEnd)
    let use = ServerUse(from: before, to: after)
    (host, process) = (before.host, before.process)
    cpuNanoseconds = max(0, last - first)
    cpus = cpuNanoseconds / Double(end - start)
    machineBusy = use.machineBusy
    (softirqCPU, softirqShare) = (use.busiestSoftirq?.cpu, use.busiestSoftirq?.share)
    tcp = use.tcp
  }

  /// Between the readings around a moment.
  private static func gap(_ readings: [ServerReading], at moment: UInt64) -> UInt64? {
    guard let before = readings.last(where: { $0.unix <= moment }),
      let after = readings.first(where: { $0.unix >= moment })
    else { return nil }
    return after.unix - before.unix
  }

  /// CPU time by a moment, in nanoseconds.
  private static func cpu(_ readings: [ServerReading], at moment: UInt64) -> Double? {
    guard let before = readings.last(where: { $0.unix <= moment }),
      let after = readings.first(where: { $0.unix >= moment })
    else { return nil }
    let (from, to) = (Double(before.server.cpuNanoseconds), Double(after.server.cpuNanoseconds))
    guard after.unix > before.unix else { return from }
    return from + (to - from) * Double(moment - before.unix) / Double(after.unix - before.unix)
  }
}
