internal import Glibc

/// A process and its descendants, whoever they are when they are read.
struct ProcessTree {
  let root: Int32

  /// Who they are now, parents before their children, or the root alone where there is no descriptor or
  /// memory to look with.
  func members() -> [Int32] { (try? lookUp()) ?? [root] }

  /// Who they are now, parents before their children. This reads a file of every process of the
  /// machine: 1 to 2 ms for a hundred of them.
  /// - Throws: `SystemError` where there is no descriptor or memory to look with.
  func lookUp() throws(SystemError) -> [Int32] {
    var children: [Int32: [Int32]] = [:]
    for process in try lookUpNumericEntries("/proc") {
      guard let parent = try parent(of: process) else { continue }
      children[parent, default: []].append(process)
    }
    var members: [Int32] = []
    var pending = [root]
    while let process = pending.popLast() {
      members.append(process)
      pending += children[process] ?? []
    }
    return members
  }

  /// A reading of the tree as it is now.
  func read() -> Reading { Reading(of: Result(catching: lookUp)) }

  /// Bytes of memory that it holds by itself, such as heaps and stacks, a page that several of it share
  /// once in all; nil where the kernel does not tell (smaps_rollup, proc_pid_smaps(5)). Files are left
  /// out: how much of a program counts for whom depends on who else runs it.
  ///
  /// Exact, but the kernel looks at every page for it: a millisecond for a hundred MiB.
  func memory() -> UInt64? {
    var total: UInt64 = 0
    for process in members() {
      guard let text = readProcFile("/proc/\(process)/smaps_rollup"),
        let own = procValue("Pss_Anon", in: text), let shared = procValue("Pss_Shmem", in: text)
      else { return nil }
      total += (own + shared) << 10
    }
    return total
  }

  /// Running totals of a tree at one moment.
  struct Reading {
    private var total = ProcessUsage.zero
    private var threads: [Int32: ThreadCounters] = [:]
    /// Who they were.
    var processes: Set<ProcessIdentity> = []
    /// A member ended before it was read whole: what it used is neither its own any more, nor yet
    /// in what its parent, which was read before it, has of its children.
    private var isTorn = false
    /// There was no descriptor or memory to look at all of it with.
    private(set) var shortage: SystemError?

    /// - Parameter members: parents before their children, or why those are not known.
    init(of members: Result<[Int32], SystemError>) {
      self.init(of: (try? members.get()) ?? [])
      if case .failure(let shortage) = members { self.shortage = shortage }
    }

    /// - Parameter members: parents before their children.
    init(of members: [Int32]) {
      // The clocks first and close together: the files of many threads take their time.
      for process in members { addTimes(of: process) }
      for process in members { addDetails(of: process) }
    }

    private mutating func addTimes(of process: Int32) {
      var clock = clockid_t()
      guard let stat = look({ () throws(SystemError) in try ProcessStat.lookUp(process) }),
        clock_getcpuclockid(process, &clock) == 0
      else {
        isTorn = true
        return
      }
      processes.insert(ProcessIdentity(id: process, start: stat.start))
      total.processes += 1
      total.cpuNanoseconds += nanoseconds(of: clock) + stat.childUser + stat.childSystem
      total.userNanoseconds += stat.user + stat.childUser
      total.systemNanoseconds += stat.system + stat.childSystem
      total.minorFaults? += stat.minorFaults + stat.childMinorFaults
    }

    private mutating func addDetails(of process: Int32) {
      let path = "/proc/\(process)/status"
      guard let status = look({ () throws(SystemError) in try lookUpProcFile(path) }) else {
        isTorn = true
        return
      }
      total.peakResidentBytes += (procValue("VmHWM", in: status) ?? 0) << 10
      for thread in numericEntries("/proc/\(process)/task") {
        threads[thread] = ThreadCounters(of: thread, in: process)
      }
    }

    private mutating func look<Value>(_ lookUp: () throws(SystemError) -> Value?) -> Value? {
      do throws(SystemError) {
        return try lookUp()
      } catch {
        shortage = error
        return nil
      }
    }

    /// What was used since `earlier`, a process that has started in between from its start. Nil
    /// when a process has ended in between: what it used until then cannot be told apart.
    static func - (later: Reading, earlier: Reading) -> ProcessUsage? {
      guard !later.isTorn, !earlier.isTorn, later.shortage == nil, earlier.shortage == nil,
        earlier.processes.isSubset(of: later.processes)
      else { return nil }
      var usage = later.total
      usage.migrations = 0
      usage.cpuNanoseconds = increase(
        later.total.cpuNanoseconds, since: earlier.total.cpuNanoseconds)
      usage.userNanoseconds = increase(
        later.total.userNanoseconds, since: earlier.total.userNanoseconds)
      usage.systemNanoseconds = increase(
        later.total.systemNanoseconds, since: earlier.total.systemNanoseconds)
      usage.minorFaults = later.total.minorFaults.map {
        increase($0, since: earlier.total.minorFaults ?? 0)
      }
      for (thread, counters) in later.threads {
        usage.add(counters, since: earlier.threads[thread] ?? .zero)
      }
      // A thread's time is read a moment after its process's: it may be ahead by that moment.
      usage.busiestThreadNanoseconds = min(usage.busiestThreadNanoseconds, usage.cpuNanoseconds)
      return usage
    }
  }
}

/// A process, told from a later one of the same id by when it started.
struct ProcessIdentity: Hashable, Sendable {
  let id: Int32
  /// In ticks since the machine's start.
  let start: UInt64
}

extension ProcessIdentity {
  /// Nil when the process is gone.
  init?(of process: Int32) {
    guard let stat = ProcessStat(of: process) else { return nil }
    self.init(id: process, start: stat.start)
  }
}

/// What the kernel counts of a thread.
private struct ThreadCounters {
  var nanoseconds: UInt64
  /// In line for a CPU.
  var waitingNanoseconds: UInt64
  var voluntarySwitches: UInt64
  var involuntarySwitches: UInt64
  /// Nil where the kernel does not tell.
  var migrations: UInt64?

  static let zero = ThreadCounters(
    nanoseconds: 0, waitingNanoseconds: 0, voluntarySwitches: 0, involuntarySwitches: 0,
    migrations: 0)
}

extension ThreadCounters {
  /// Nil when the thread has ended.
  init?(of thread: Int32, in process: Int32) {
    let folder = "/proc/\(process)/task/\(thread)"
    (nanoseconds, waitingNanoseconds) = schedulingTimes(
      in: readProcFile("\(folder)/schedstat") ?? "")
    // Where a kernel has it, it has the migrations beside the switches, and is read as fast as `status`.
    if let scheduling = readProcFile("\(folder)/sched"),
      let voluntary = schedulingValue("nr_voluntary_switches", in: scheduling)
    {
      voluntarySwitches = voluntary
      involuntarySwitches = schedulingValue("nr_involuntary_switches", in: scheduling) ?? 0
      migrations = schedulingValue("se.nr_migrations", in: scheduling)
      return
    }
    guard let status = readProcFile("\(folder)/status") else { return nil }
    voluntarySwitches = procValue("voluntary_ctxt_switches", in: status) ?? 0
    involuntarySwitches = procValue("nonvoluntary_ctxt_switches", in: status) ?? 0
  }
}

extension ProcessUsage {
  /// Adds a thread.
  fileprivate mutating func add(_ later: ThreadCounters, since earlier: ThreadCounters) {
    threads += 1
    voluntarySwitches += increase(later.voluntarySwitches, since: earlier.voluntarySwitches)
    involuntarySwitches += increase(later.involuntarySwitches, since: earlier.involuntarySwitches)
    busiestThreadNanoseconds = max(
      busiestThreadNanoseconds, increase(later.nanoseconds, since: earlier.nanoseconds))
    migrations = migrations.flatMap { sum in
      later.migrations.map { sum + increase($0, since: earlier.migrations ?? 0) }
    }
    let runnable =
      increase(later.nanoseconds, since: earlier.nanoseconds)
      + increase(later.waitingNanoseconds, since: earlier.waitingNanoseconds)
    runnableThreadNanoseconds = max(runnableThreadNanoseconds ?? 0, runnable)
  }
}

/// What /proc/[pid]/stat has of a process (proc_pid_stat(5)): its state, its parent and group, when
/// it started, in ticks, and of its own and of the children it has waited for the minor faults and the
/// CPU time in nanoseconds.
struct ProcessStat {
  let state: Substring
  let parent: Int32
  let group: Int32
  let start: UInt64
  let user: UInt64
  let system: UInt64
  let childUser: UInt64
  let childSystem: UInt64
  let minorFaults: UInt64
  let childMinorFaults: UInt64

  /// Nil when the process has ended and was waited for, or cannot be looked at.
  init?(of process: Int32) {
    guard let stat = try? Self.lookUp(process) else { return nil }
    self = stat
  }

  /// - Returns: nil when the process has ended and was waited for.
  /// - Throws: `SystemError` where there is no descriptor or memory to look with.
  static func lookUp(_ process: Int32) throws(SystemError) -> ProcessStat? {
    guard let text = try lookUpProcFile("/proc/\(process)/stat") else { return nil }
    return ProcessStat(text: text)
  }

  /// Nil when that is no such file.
  init?(text: String) {
    // The command name before the last parenthesis may itself hold spaces and parentheses.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ", maxSplits: 20)
    guard fields.count > 20, let parent = Int32(fields[1]) else { return nil }
    let nanoseconds = { (index: Int) in
      MachineUsage.nanoseconds(ticks: UInt64(fields[index]) ?? 0)
    }
    self.parent = parent
    state = fields[0]
    group = Int32(fields[2]) ?? 0
    // What no process has had is as much as can be added up.
    let faults = { (index: Int) in min(UInt64(fields[index]) ?? 0, 1 << 56) }
    (minorFaults, childMinorFaults) = (faults(7), faults(8))
    (user, system) = (nanoseconds(11), nanoseconds(12))
    (childUser, childSystem) = (nanoseconds(13), nanoseconds(14))
    start = UInt64(fields[19]) ?? 0
  }
}
