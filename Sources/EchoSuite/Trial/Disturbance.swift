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
  /// One tick of the clock in which the kernel counts `stolen` and what others used; nil in reports
  /// of earlier versions.
  public let tick: Double?

  /// Nil when the machine or the client could not be read. A server that was not observed would
  /// count as foreign, so it is needed too.
  init?(_ report: ClientReport) {
    guard let machine = report.machine, let client = report.client, let server = report.server,
      report.valid
    else { return nil }
    let total = machine.total
    // Nothing, when no tick fell between the readings: that is for the lateness to tell.
    tick = total > 0 ? Double(MachineUsage.nanosecondsPerTick) / total : nil
    stolen = Double(machine.stolen) / max(1, total)
    let own = Double(client.cpuNanoseconds) + Double(server.cpuNanoseconds)
    foreign = max(0, Double(machine.busy) - own) / max(1, total)
    let window = Double(max(1, report.window.duration))
    lateness = report.window.usage.map { abs(Double($0) - window) / window }
  }

  /// Whether the trial is better repeated: a fiftieth of the machine stolen, a tenth used by
  /// others, or CPU figures off by a twentieth. Below, the kernel's own counting in ticks of 10 ms
  /// would call quiet windows disturbed; and in a short window a single tick is more than that.
  public var isGrave: Bool {
    let tick = tick ?? 0
    return stolen > max(0.02, tick) || foreign > max(0.1, tick) || lateness ?? 0 > 0.05
  }

  /// For choosing the least disturbed of several attempts.
  var total: Double { stolen + foreign + (lateness ?? 0) }
}

extension MachineUsage {
  /// All CPU time, in nanoseconds: whatever stands in a file, adding it up must not trap.
  var total: Double { Double(busy) + Double(idle) + Double(stolen) }
}
