internal import Glibc

/// What all CPUs of the machine did, in nanoseconds of CPU time since it started, or between two
/// readings. Counted by the kernel in ticks of 10 ms (proc_stat(5)).
public struct MachineUsage: Codable, Equatable, Sendable {
  public var busy: UInt64
  public var idle: UInt64
  /// Time a virtual CPU was ready while its host ran somebody else.
  public var stolen: UInt64

  enum CodingKeys: String, CodingKey {
    case busy = "busy_ns"
    case idle = "idle_ns"
    case stolen = "stolen_ns"
  }

  public init(busy: UInt64, idle: UInt64, stolen: UInt64) {
    self.busy = busy
    self.idle = idle
    self.stolen = stolen
  }

  /// The machine so far; nil where /proc is not readable.
  static func now() -> MachineUsage? {
    readProcFile("/proc/stat").map { MachineUsage(cpuLine: $0.prefix { $0 != "\n" }) }
  }

  /// `cpu  user nice system idle iowait irq softirq steal …`, in ticks.
  init(cpuLine: Substring) {
    let ticks = cpuLine.split(separator: " ", maxSplits: 9).dropFirst().map { UInt64($0) ?? 0 }
    let value = { (index: Int) in index < ticks.count ? Self.nanoseconds(ticks: ticks[index]) : 0 }
    busy = value(0) + value(1) + value(2) + value(5) + value(6)
    idle = value(3) + value(4)
    stolen = value(7)
  }

  static func - (later: MachineUsage, earlier: MachineUsage) -> MachineUsage {
    MachineUsage(
      busy: increase(later.busy, since: earlier.busy),
      idle: increase(later.idle, since: earlier.idle),
      stolen: increase(later.stolen, since: earlier.stolen))
  }

  /// What no machine has counted is no reason to end: it is as much as can be added up.
  static func nanoseconds(ticks: UInt64) -> UInt64 {
    min(ticks, mostNanoseconds / nanosecondsPerTick) * nanosecondsPerTick
  }

  /// Two years of a thousand CPUs.
  private static let mostNanoseconds: UInt64 = 1 << 56

  /// The tick in which the kernel counts: in user space 10 ms everywhere (proc_stat(5)).
  public static let nanosecondsPerTick = 1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))
}
