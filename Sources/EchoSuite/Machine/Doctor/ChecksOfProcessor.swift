internal import EchoIO

/// Whether CPUs run, and run at one speed.
extension Check {
  static let cpus = Check("cpus", "CPUs to share") { surroundings in
    guard let cpus = surroundings.machine.processor.usableCPUs else {
      return .missing("sys/devices/system/cpu/online")
    }
    return .found(
      Preflight.cpus(surroundings.machine), else: "There are \(cpus) CPUs for server and client.")
  }

  static let governor = Check("governor", "CPU frequency governor") { surroundings in
    guard surroundings.machine.processor.governor != nil else {
      return .missing("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    }
    return .found(
      Preflight.governor(surroundings.machine), else: "The governor is performance.")
  }

  static let turbo = Check("turbo", "CPU turbo") { surroundings in
    let switches = [
      (path: "sys/devices/system/cpu/intel_pstate/no_turbo", on: "0", off: "1"),
      (path: "sys/devices/system/cpu/cpufreq/boost", on: "1", off: "0"),
    ]
    for (path, on, off) in switches {
      guard let state = surroundings.files.line(path) else { continue }
      guard state == on else { return .fine("Turbo is off.") }
      return .found(
        Finding(
          "turbo", .information, "The CPUs may run faster than their nominal frequency (turbo).",
          "How fast they run depends on their temperature and on how many are busy, and so on what ran"
            + " before.", "Switch it off where what you compare is close.",
          .mending("echo \(off) | sudo tee /\(path)")))
    }
    return .missing(switches[1].path)
  }

  static let smt = Check("smt", "Simultaneous multithreading") { surroundings in
    let path = "sys/devices/system/cpu/smt/active"
    guard let state = surroundings.files.line(path) else { return .missing(path) }
    guard state == "1" else { return .fine("Each CPU is a core of its own.") }
    return .found(
      Finding(
        "smt", .information, "Two CPUs are one core (SMT).",
        "A server whose neighbour is busy does about half to two thirds of what it does alone, and who"
          + " is neighbours is up to the scheduler.",
        "Switch it off, or bind server and client to cores of their own (--cpus).",
        .mending("echo off | sudo tee /sys/devices/system/cpu/smt/control")))
  }

  static let idle = Check("idle", "Idle states of CPUs") { surroundings in
    let folder = "sys/devices/system/cpu/cpu0/cpuidle"
    let states = (0..<16).compactMap { index -> (name: String, latency: Int)? in
      let state = "\(folder)/state\(index)"
      guard let latency = surroundings.files.number("\(state)/latency"),
        surroundings.files.line("\(state)/disable") != "1"
      else { return nil }
      return (surroundings.files.line("\(state)/name") ?? "state\(index)", latency)
    }
    guard let deepest = states.max(by: { $0.latency < $1.latency }) else {
      return .missing("\(folder)/state0/latency")
    }
    // A message over loopback takes ten to twenty microseconds.
    let most = 20
    guard deepest.latency > most else {
      return .fine("CPUs wake up within \(deepest.latency) µs.")
    }
    return .found(
      Finding(
        "idle", .information,
        "An idle CPU may take \(deepest.latency) µs to wake up (\(deepest.name)).",
        "That is in the latency of messages that find their CPU asleep: of low rates most of all.",
        "Keep CPUs out of deep states while you measure (package linux-cpupower).",
        .mending("sudo cpupower idle-set -D \(most)")))
  }

  static let clock = Check("clock", "Clock source") { surroundings in
    let folder = "sys/devices/system/clocksource/clocksource0"
    guard let source = surroundings.machine.clockSource else {
      return .missing("\(folder)/current_clocksource")
    }
    if ["tsc", "arch_sys_counter", "riscv_clocksource"].contains(source) {
      return .fine("The time comes from \(source).")
    }
    let available = surroundings.files.words("\(folder)/available_clocksource")
    let command: Finding.Command =
      available.contains("tsc")
      ? .mending("echo tsc | sudo tee /\(folder)/current_clocksource")
      : .showing("cat /\(folder)/available_clocksource")
    // These are read without a system call, too, at some more cost.
    let isRead = ["kvm-clock", "hyperv_clocksource_tsc_page"].contains(source)
    return .found(
      Finding(
        "clock", isRead ? .information : .warning, "The time comes from \(source), not from tsc.",
        isRead
          ? "To read it costs some nanoseconds more, and the client reads it for each message."
          : "To read it takes a system call or a slow device, and the client reads it for each message.",
        "Choose tsc where the kernel offers it, or a host that does.", command))
  }

  static let quota = Check("quota", "CPU quota") { surroundings in
    guard let group = ControlGroup(surroundings.files) else { return .missing("proc/self/cgroup") }
    let cpus = Double(surroundings.machine.processor.usableCPUs ?? .max)
    guard let quota = group.quota, quota.cpus < cpus else {
      return .fine("No control group limits the CPU time.")
    }
    return .found(
      Finding(
        "quota", .warning,
        "This process and its children may use \(fixed(quota.cpus, 2)) CPUs (control group).",
        "When that is used up, server and client stand still until the next tenth of a second or so.",
        "Start the container without a limit (docker run without --cpus), or lift it.",
        quota.command))
  }
}
