internal import Glibc

/// What a process and its descendants used between two readings.
public struct ProcessUsage: Codable, Equatable, Sendable {
  /// CPU time of the whole tree, as precise as the scheduler counts it.
  public var cpuNanoseconds: UInt64
  /// Its split, from ticks of 10 ms.
  public var userNanoseconds: UInt64
  public var systemNanoseconds: UInt64
  /// CPU time of the thread that used most.
  public var busiestThreadNanoseconds: UInt64
  public var voluntarySwitches: UInt64
  public var involuntarySwitches: UInt64
  /// The most memory the tree has held since it started, in bytes (VmHWM).
  public var peakResidentBytes: UInt64
  public var processes: Int
  public var threads: Int

  enum CodingKeys: String, CodingKey {
    case processes, threads
    case cpuNanoseconds = "cpu_ns"
    case userNanoseconds = "user_ns"
    case systemNanoseconds = "system_ns"
    case busiestThreadNanoseconds = "busiest_thread_ns"
    case voluntarySwitches = "voluntary_switches"
    case involuntarySwitches = "involuntary_switches"
    case peakResidentBytes = "peak_resident_bytes"
  }
}

/// The processes below and including one, and readings of them.
struct ProcessTree {
  private let members: [Int32]

  /// The tree as it is now.
  init(root: Int32) {
    var children: [Int32: [Int32]] = [:]
    for process in numericEntries("/proc") {
      guard let fields = statFields("/proc/\(process)/stat"), let parent = Int32(fields[1]) else {
        continue
      }
      children[parent, default: []].append(process)
    }
    var members: [Int32] = []
    var pending = [root]
    while let process = pending.popLast() {
      members.append(process)
      pending += children[process] ?? []
    }
    self.members = members.sorted()
  }

  /// A reading of every member that is alive.
  func read() -> Reading {
    var reading = Reading()
    for process in members { reading.add(process) }
    return reading
  }

  /// Running totals of a tree at one moment.
  struct Reading {
    fileprivate(set) var total = ProcessUsage.zero
    private var threadNanoseconds: [Int32: UInt64] = [:]

    /// Adds one process; one that has ended adds nothing.
    fileprivate mutating func add(_ process: Int32) {
      guard let fields = statFields("/proc/\(process)/stat"), fields.count > 12 else { return }
      total.processes += 1
      total.userNanoseconds += (UInt64(fields[11]) ?? 0) * MachineUsage.nanosecondsPerTick
      total.systemNanoseconds += (UInt64(fields[12]) ?? 0) * MachineUsage.nanosecondsPerTick
      var clock = clockid_t()
      if clock_getcpuclockid(process, &clock) == 0 {
        total.cpuNanoseconds += nanoseconds(of: clock)
      }
      let status = readProcFile("/proc/\(process)/status") ?? ""
      total.peakResidentBytes += (procValue("VmHWM", in: status) ?? 0) << 10
      for thread in numericEntries("/proc/\(process)/task") { add(thread, of: process) }
    }

    private mutating func add(_ thread: Int32, of process: Int32) {
      let folder = "/proc/\(process)/task/\(thread)"
      guard let status = readProcFile("\(folder)/status") else { return }
      total.threads += 1
      total.voluntarySwitches += procValue("voluntary_ctxt_switches", in: status) ?? 0
      total.involuntarySwitches += procValue("nonvoluntary_ctxt_switches", in: status) ?? 0
      let schedule = readProcFile("\(folder)/schedstat")?.split(separator: " ").first
      threadNanoseconds[thread] = schedule.flatMap { UInt64($0) } ?? 0
    }

    /// What was used since `earlier`; a thread or process that ended in between is not counted.
    static func - (later: Reading, earlier: Reading) -> ProcessUsage {
      var usage = later.total
      usage.cpuNanoseconds = subtract(later, earlier, \.cpuNanoseconds)
      usage.userNanoseconds = subtract(later, earlier, \.userNanoseconds)
      usage.systemNanoseconds = subtract(later, earlier, \.systemNanoseconds)
      usage.voluntarySwitches = subtract(later, earlier, \.voluntarySwitches)
      usage.involuntarySwitches = subtract(later, earlier, \.involuntarySwitches)
      let busiest = later.threadNanoseconds.map { thread, nanoseconds in
        nanoseconds - min(nanoseconds, earlier.threadNanoseconds[thread] ?? 0)
      }.max()
      // A thread's time is read a moment after its process's: it may be ahead by that moment.
      usage.busiestThreadNanoseconds = min(busiest ?? 0, usage.cpuNanoseconds)
      return usage
    }

    private static func subtract(
      _ later: Reading, _ earlier: Reading, _ path: KeyPath<ProcessUsage, UInt64>
    ) -> UInt64 {
      let (more, less) = (later.total[keyPath: path], earlier.total[keyPath: path])
      return more > less ? more - less : 0
    }
  }
}

extension ProcessUsage {
  fileprivate static let zero = ProcessUsage(
    cpuNanoseconds: 0, userNanoseconds: 0, systemNanoseconds: 0, busiestThreadNanoseconds: 0,
    voluntarySwitches: 0, involuntarySwitches: 0, peakResidentBytes: 0, processes: 0, threads: 0)
}

/// The fields of a stat file behind the command name, which may itself hold spaces and
/// parentheses: index 0 is the state, 1 the parent, 11 and 12 the user and system ticks.
private func statFields(_ path: String) -> [Substring]? {
  guard let text = readProcFile(path), let end = text.lastIndex(of: ")") else { return nil }
  return text[text.index(after: end)...].split(separator: " ")
}
