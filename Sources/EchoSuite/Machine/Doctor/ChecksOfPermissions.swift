internal import EchoIO

/// What this machine lets the program do, and what it was built with.
extension Check {
  static let uring = Check("io_uring", "io_uring") { surroundings in
    guard let reason = surroundings.unavailability("io_uring") else {
      return .fine("It can be used.")
    }
    let setting = surroundings.files.line("proc/sys/kernel/io_uring_disabled") ?? "0"
    let command: Finding.Command =
      if reason.contains("liburing-dev") {
        .mending("sudo apt-get install liburing-dev && scripts/build")
      } else if setting == "1" || setting == "2" {
        .mending("sudo sysctl -w kernel.io_uring_disabled=0")
      } else if isFiltered(surroundings.files) == true {
        .mending("docker run --security-opt seccomp=unconfined IMAGE")
      } else {
        .showing("uname -r; sysctl kernel.io_uring_disabled")
      }
    return .found(
      Finding(
        "io_uring", .warning, "Backends on io_uring cannot run: \(reason).",
        "Their rows have no figures.", "Permit it, or build with it.", command))
  }

  static let libuv = Check("libuv", "libuv") { surroundings in
    guard let reason = surroundings.unavailability("libuv") else {
      return .fine("The program was built with it.")
    }
    return .found(
      Finding(
        "libuv", .warning, "The backend libuv cannot run: \(reason).", "Its rows have no figures.",
        "Build with it.", .mending("sudo apt-get install libuv1-dev && scripts/build")))
  }

  static let seccomp = Check("seccomp", "Filters of system calls") { surroundings in
    guard let isFiltered = isFiltered(surroundings.files) else {
      return .missing("proc/self/status")
    }
    guard isFiltered else { return .fine("No filter looks at system calls.") }
    return .found(
      Finding(
        "seccomp", .information, "A filter looks at each system call (seccomp).",
        "It costs every call some time: servers that make more calls lose more.",
        "Start the container without it.",
        .mending("docker run --security-opt seccomp=unconfined IMAGE")))
  }

  /// nil where the kernel does not say.
  private static func isFiltered(_ files: SystemFiles) -> Bool? {
    files.value("Seccomp", in: "proc/self/status", separator: ":").flatMap { Int($0) }
      .map { $0 > 0 }
  }

  static let tracing = Check("tracing", "Counting system calls (ptrace)") { surroundings in
    let files = surroundings.files
    guard let scope = files.number("proc/sys/kernel/yama/ptrace_scope") else {
      return files.line("proc/sys/kernel/osrelease") == nil
        ? .missing("proc/sys/kernel/yama/ptrace_scope") : .fine("Yama is not in the kernel.")
    }
    guard scope >= 3 || (scope == 2 && !mayTraceAll(files)) else {
      return .fine("A process may trace those that it starts (scope \(scope)).")
    }
    return .found(
      Finding(
        "tracing", .warning, "No process may trace another (kernel.yama.ptrace_scope is \(scope)).",
        "What a message costs in system calls cannot be counted (anatomy).",
        scope >= 3
          ? "It stays so until the machine starts again with another setting." : "Permit it.",
        scope >= 3
          ? .showing("grep -r ptrace_scope /etc/sysctl.conf /etc/sysctl.d /usr/lib/sysctl.d")
          : .mending("sudo sysctl -w kernel.yama.ptrace_scope=1")))
  }

  /// CAP_SYS_PTRACE, bit 19 of the effective capabilities (capabilities(7)).
  private static func mayTraceAll(_ files: SystemFiles) -> Bool {
    let set = files.value("CapEff", in: "proc/self/status", separator: ":")
    return set.flatMap { UInt64($0, radix: 16) }.map { $0 & 1 << 19 != 0 } ?? false
  }

  static let tools = Check("tools", "Tools that count") { surroundings in
    guard !surroundings.searchPath.isEmpty else { return .unknown("PATH is empty") }
    // What Debian calls the packages.
    let programs: [(program: String, package: String)] = [
      ("valgrind", "valgrind"), ("strace", "strace"), ("perf", "linux-perf"),
    ]
    let missing = programs.filter { !surroundings.hasProgram($0.program) }
    guard !missing.isEmpty else { return .fine("valgrind, strace and perf are there.") }
    return .found(
      Finding(
        "tools", .information,
        "Not installed: \(missing.map(\.program).joined(separator: ", ")).",
        "Instructions of backends are counted by valgrind; strace and perf say more of a server that is"
          + " slow.", "Install them.",
        .mending("sudo apt-get install \(missing.map(\.package).joined(separator: " "))")))
  }
}
