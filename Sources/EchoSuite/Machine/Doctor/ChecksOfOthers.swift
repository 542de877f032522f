internal import EchoIO

/// Whether the program is fit to measure, and whether it is alone.
extension Check {
  static let build = Check("build", "The program's own build") { surroundings in
    .found(Preflight.debugBuild(surroundings.machine), else: "This is a release build.")
  }

  static let load = Check("load", "Load average") { surroundings in
    guard let load = surroundings.machine.loadAverage else { return .missing("proc/loadavg") }
    return .found(
      Preflight.load(surroundings.machine), else: "The load average of a minute is \(load).")
  }

  static let busy = Check("busy", "Other processes") { surroundings in
    guard let change = surroundings.change else {
      return .unknown("/proc/stat does not say what was used meanwhile")
    }
    // A tenth of a CPU: what a quiet desktop stays below.
    let busy = change.processes.filter { $0.cpus >= 0.1 }
    guard !busy.isEmpty else { return .fine("No other process uses a tenth of a CPU.") }
    let named = busy.prefix(3).map {
      "\($0.name) (process \($0.id), \(fixed(100 * $0.cpus, 0)) %)"
    }
    let more = busy.count > 3 ? " and \(busy.count - 3) more" : ""
    return .found(
      Finding(
        "busy", .warning,
        "Other processes use CPUs now: \(named.joined(separator: ", "))\(more).",
        "They take CPU time and caches from server and client, and not from all scenarios alike.",
        "Stop them, or wait until they are done.",
        .showing(
          "ps -o pid,user,pcpu,etime,args -p \(busy.prefix(3).map { "\($0.id)" }.joined(separator: ","))"
        )
      ))
  }

  static let stolen = Check("stolen", "Stolen CPU time") { surroundings in
    guard let change = surroundings.change else {
      return .unknown("/proc/stat does not say what was stolen meanwhile")
    }
    let share = "\(fixed(100 * change.stolenShare, 1)) %"
    // As a trial is disturbed by.
    guard change.stolenShare >= 0.01 else {
      return .fine("A hypervisor gave \(share) of the CPU time to others.")
    }
    return .found(
      Finding(
        "stolen", .warning, "A hypervisor gives \(share) of the CPU time to other guests now.",
        "Server and client stand still meanwhile, and latencies have it in them.",
        "Measure when the host is quieter, or on a machine whose CPUs are not shared.",
        .showing("vmstat 1 5   # the column st")))
  }

  static let virtual = Check("virtual", "Virtual machine") { surroundings in
    guard let isVirtual = surroundings.machine.virtualised else {
      return .unknown("the processor has no flag that would tell")
    }
    return isVirtual
      ? .found(.virtualised(hypervisor: surroundings.machine.hypervisor))
      : .fine("This is no virtual machine.")
  }
}
