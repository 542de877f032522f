internal import EchoIO

/// What disturbed a trial from outside: CPU time of the machine that went elsewhere during the
/// window, as shares of all CPUs, and a client that could not read the CPU clocks in time.
public struct Disturbance: Codable, Equatable, Sendable {
  /// Taken by the host for somebody else.
  public let stolen: Double
  /// Used by other processes than the server and the client.
  public let foreign: Double
  /// How far the time that the CPU figures cover is from the window, as a share of it; nil in
  /// reports of earlier versions.
  public let lateness: Double?

  /// Nil when the machine or the client could not be read. A server that was not observed would
  /// count as foreign, so it is needed too.
  init?(_ report: ClientReport) {
    guard let machine = report.machine, let client = report.client, let server = report.server,
      report.valid
    else { return nil }
    let total = Double(machine.busy + machine.idle + machine.stolen)
    guard total > 0 else { return nil }
    stolen = Double(machine.stolen) / total
    let own = Double(client.cpuNanoseconds + server.cpuNanoseconds)
    foreign = max(0, Double(machine.busy) - own) / total
    let window = Double(max(1, report.window.duration))
    lateness = report.window.usage.map { abs(Double($0) - window) / window }
  }

  /// Whether the trial is better repeated: a fiftieth of the machine stolen, a tenth used by
  /// others, or CPU figures off by a twentieth. Below, the kernel's own counting in ticks of 10 ms
  /// would call quiet windows disturbed.
  public var isGrave: Bool { stolen > 0.02 || foreign > 0.1 || lateness ?? 0 > 0.05 }

  /// For choosing the least disturbed of several attempts.
  var total: Double { stolen + foreign + (lateness ?? 0) }
}
