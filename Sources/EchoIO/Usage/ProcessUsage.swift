/// What a process and its descendants used between two readings.
public struct ProcessUsage: Codable, Equatable, Sendable {
  /// CPU time of the whole tree, as precise as the scheduler counts it. Of children that came and
  /// went in between, as far as their parent waited for them, it is in ticks of 10 ms.
  public var cpuNanoseconds: UInt64
  /// Its split, from ticks of 10 ms.
  public var userNanoseconds: UInt64
  public var systemNanoseconds: UInt64
  /// CPU time of the thread that used most, of those that are there at the end.
  public var busiestThreadNanoseconds: UInt64
  /// Of the thread that was runnable longest, of those that are there at the end: the time that it
  /// ran or stood in line for a CPU. Nil in reports of earlier versions.
  public var runnableThreadNanoseconds: UInt64?
  /// Context switches of the threads that are there at the end.
  public var voluntarySwitches: UInt64
  public var involuntarySwitches: UInt64
  /// How often those threads came back on another CPU than before; nil where the kernel does not
  /// tell, and in reports of earlier versions.
  public var migrations: UInt64?
  /// Pages that were mapped without reading a disk; nil in reports of earlier versions.
  public var minorFaults: UInt64?
  /// The sum of what each process of the tree has held at most since it started, in bytes (VmHWM).
  /// They need not have held it at the same time, and pages that they share count for each.
  public var peakResidentBytes: UInt64
  public var processes: Int
  public var threads: Int

  enum CodingKeys: String, CodingKey {
    case processes, threads, migrations
    case cpuNanoseconds = "cpu_ns"
    case userNanoseconds = "user_ns"
    case systemNanoseconds = "system_ns"
    case busiestThreadNanoseconds = "busiest_thread_ns"
    case runnableThreadNanoseconds = "runnable_thread_ns"
    case voluntarySwitches = "voluntary_switches"
    case involuntarySwitches = "involuntary_switches"
    case minorFaults = "minor_faults"
    case peakResidentBytes = "peak_resident_bytes"
  }

  static let zero = ProcessUsage(
    cpuNanoseconds: 0, userNanoseconds: 0, systemNanoseconds: 0, busiestThreadNanoseconds: 0,
    runnableThreadNanoseconds: 0, voluntarySwitches: 0, involuntarySwitches: 0,
    migrations: 0, minorFaults: 0, peakResidentBytes: 0, processes: 0, threads: 0)
}
