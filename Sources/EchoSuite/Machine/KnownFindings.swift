internal import EchoIO

/// What can be known from a description of the machine alone.
extension Finding {
  /// The program was compiled without optimisation.
  static let debugBuild = Finding(
    "build", .warning, "This is a debug build.",
    "It is about ten times slower than a release build, so its figures say nothing of backends.",
    "Build with 'scripts/build', or 'swift build -c release'.", .mending("scripts/build"))

  /// Others used the machine before the suite began: tasks of the last minute, on average.
  static func loaded(loadAverage: Double, cpus: Int) -> Finding {
    Finding(
      "load", .warning,
      "The load average was \(loadAverage) on \(plural(cpus, "CPU")) before the start.",
      "What else runs takes CPU time from server and client, and not from all scenarios alike.",
      "Stop what is running, or wait a minute after a build, and start again.",
      .showing("ps -eo pid,pcpu,etime,comm --sort=-pcpu | head"))
  }

  /// The frequency governor isn't "performance".
  static func governor(_ governor: String) -> Finding {
    Finding(
      "governor", .warning, "The CPU frequency governor is \(governor).",
      "The frequency follows the load, so that scenarios run at different speeds.",
      "Set it with 'cpupower frequency-set -g performance'.",
      .mending(
        "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"))
  }

  /// Server, client and the system have no CPU each.
  static func fewCPUs(_ cpus: Int) -> Finding {
    Finding(
      "cpus", .warning, "Server and client share \(plural(cpus, "CPU")).",
      "They take CPU time from each other: figures show the pair, not the server.",
      "Compare CPU per message besides throughput, or use a machine with at least"
        + " \(Preflight.comfortableCPUs) CPUs.", .showing("taskset -pc $$; lscpu"))
  }

  /// Fewer connections may wait for an accept than a scenario opens.
  static func shortBacklog(somaxconn: Int, connections: Int) -> Finding {
    Finding(
      "somaxconn", .warning,
      "At most \(somaxconn) connections wait for an accept, and a scenario opens \(connections).",
      "Those that arrive beyond it may be dropped, and are tried again a second later.",
      "Raise the limit with 'sysctl -w net.core.somaxconn=\(connections)'.",
      .mending("sudo sysctl -w net.core.somaxconn=\(connections)"))
  }

  /// The machine is a virtual one.
  static func virtualised(hypervisor: String?) -> Finding {
    Finding(
      "virtual", .information,
      "This is a virtual machine\(hypervisor.map { " (\($0))" } ?? "").",
      "Other guests can take CPU time unseen, and system calls and wake-ups cost more.",
      "Look at the stolen time of each trial, and repeat on real hardware what is close.",
      .showing("systemd-detect-virt; vmstat 1 5"))
  }
}
