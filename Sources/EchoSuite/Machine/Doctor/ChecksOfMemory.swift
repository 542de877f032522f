internal import EchoIO

/// What the kernel does to memory behind the back of a program.
extension Check {
  static let swap = Check("swap", "Swap space") { surroundings in
    let files = surroundings.files
    guard let total = files.kibibytes("SwapTotal"), let free = files.kibibytes("SwapFree") else {
      return .missing("proc/meminfo")
    }
    let used = total - min(total, free)
    // Less is what was swapped out once and never asked for again.
    guard used >= 16 << 10 else {
      return .fine(total == 0 ? "There is none." : "None of it is used, to speak of.")
    }
    return .found(
      Finding(
        "swap", .warning, "Of memory \(ByteCount(used << 10)) are swapped out.",
        "A server or client that is paged in during a trial stands still for milliseconds.",
        "Free memory, and switch swap off while you measure.", .mending("sudo swapoff -a")))
  }

  static let numa = Check("numa", "Automatic NUMA balancing") { surroundings in
    let path = "proc/sys/kernel/numa_balancing"
    guard let nodes = surroundings.files.line("sys/devices/system/node/online") else {
      return .missing("sys/devices/system/node/online")
    }
    guard (try? CPUList(parsing: nodes))?.cpus.count ?? 1 > 1 else {
      return .fine("There is one node of memory.")
    }
    guard let state = surroundings.files.line(path) else { return .missing(path) }
    guard state != "0" else { return .fine("It is off.") }
    return .found(
      Finding(
        "numa", .information, "The kernel moves memory between nodes (NUMA balancing).",
        "It unmaps pages to see who uses them, and a trial has faults that another has not.",
        "Switch it off, and bind server and client to CPUs of one node (--cpus).",
        .mending("sudo sysctl -w kernel.numa_balancing=0")))
  }

  static let hugePages = Check("huge_pages", "Transparent huge pages") { surroundings in
    let path = "sys/kernel/mm/transparent_hugepage/enabled"
    let words = surroundings.files.words(path)
    guard let chosen = words.first(where: { $0.hasPrefix("[") && $0.hasSuffix("]") }) else {
      return .missing(path)
    }
    guard chosen == "[always]" else {
      return .fine("Programs get them where they ask for them, or never: \(chosen).")
    }
    return .found(
      Finding(
        "huge_pages", .information, "Any memory may become huge pages (always).",
        "Memory per connection depends on when the kernel has merged pages, and large buffers may wait"
          + " for that.", "Have programs ask for them.",
        .mending("echo madvise | sudo tee /\(path)")))
  }
}
