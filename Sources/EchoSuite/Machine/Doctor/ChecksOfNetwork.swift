internal import EchoIO

/// Limits of connections, and what lies on their way.
extension Check {
  static let descriptors = Check("descriptors", "Descriptors of a process") { surroundings in
    let path = "proc/self/limits"
    // `Max open files  1024  524288  files`: the soft limit is raised to the hard one by the program.
    let line = surroundings.files.allLines(path).first { $0.hasPrefix("Max open files") }
    guard let words = line?.split(separator: " "), words.count == 6 else { return .missing(path) }
    guard let most = Int(words[4]), most < enough else {
      return .fine("A process may have \(words[4]) of them.")
    }
    return .found(
      Finding(
        "descriptors", .warning, "A process may have \(most) descriptors.",
        "Rows with more connections are unavailable, such as those of the preset 'scale'.",
        "Raise the limit of this shell; for good, in /etc/security/limits.conf.",
        .mending("sudo prlimit --pid $$ --nofile=\(raised):\(raised)")))
  }

  /// The largest row of the presets has ten thousand connections, and a process something beside them.
  private static let enough = 10_100
  /// What systemd allows where nobody says.
  private static let raised = 524_288

  static let ports = Check("ports", "Ports for connections") { surroundings in
    guard let count = portCount(surroundings.files) else { return .missing(portRange) }
    guard count < 16_384 else { return .fine("There are \(count) of them for each address.") }
    return .found(
      Finding(
        "ports", .warning, "There are \(count) ports for connections from one address.",
        "Connections beyond that cannot be made, and a new one for each message (--reconnect) runs out"
          + " of them soon.", "Widen their range.", .mending(widening)))
  }

  static let timeWait = Check("time_wait", "Ports in TIME-WAIT") { surroundings in
    let words = surroundings.files.allLines("proc/net/sockstat").first { $0.hasPrefix("TCP:") }?
      .split(separator: " ")
    guard let words, let place = words.firstIndex(of: "tw"), place + 1 < words.count,
      let waiting = Int(words[place + 1])
    else { return .missing("proc/net/sockstat") }
    guard let count = portCount(surroundings.files) else { return .missing(portRange) }
    guard waiting > count / 2 else {
      return .fine("\(waiting) connections are in it, and there are \(count) ports.")
    }
    return .found(
      Finding(
        "time_wait", .warning,
        "There are \(waiting) connections in TIME-WAIT, and \(count) ports for each address.",
        "Each keeps its port for a minute: connections to another machine may find none.",
        "Wait a minute, or widen the range of ports.", .mending(widening)))
  }

  private static let portRange = "proc/sys/net/ipv4/ip_local_port_range"
  private static let widening = "sudo sysctl -w net.ipv4.ip_local_port_range='1024 65535'"

  private static func portCount(_ files: SystemFiles) -> Int? {
    let ends = files.words(portRange).compactMap { Int($0) }
    guard ends.count == 2, 0 < ends[0], ends[0] <= ends[1], ends[1] < 1 << 16 else { return nil }
    return ends[1] - ends[0] + 1
  }

  static let somaxconn = Check("somaxconn", "Connections that wait for an accept") {
    surroundings in
    guard let somaxconn = surroundings.machine.network.somaxconn, somaxconn >= 0 else {
      return .missing("proc/sys/net/core/somaxconn")
    }
    // What the kernel has since Linux 5.4.
    let usual = 4096
    guard somaxconn < usual else { return .fine("At most \(somaxconn) of them wait.") }
    return .found(
      Finding(
        "somaxconn", .warning, "At most \(somaxconn) connections wait for an accept.",
        "Of many that are made at once some may be dropped, and are tried again a second later.",
        "Raise the limit.", .mending("sudo sysctl -w net.core.somaxconn=\(usual)")))
  }

  static let conntrack = Check("conntrack", "Connection tracking") { surroundings in
    let path = "proc/sys/net/netfilter/nf_conntrack_count"
    guard let count = surroundings.files.number(path) else {
      // Its absence says something where its neighbours are there.
      return surroundings.machine.network.somaxconn == nil
        ? .missing(path) : .fine("The kernel tracks no connections.")
    }
    guard count > 0 else { return .fine("No connection is tracked.") }
    let rule = "-j CT --notrack"
    return .found(
      Finding(
        "conntrack", .information, "A firewall tracks connections (\(count) now).",
        "Each packet is looked up, over loopback too, and where the table is full connections fail.",
        "Leave loopback out of it.",
        .mending(
          "sudo iptables -t raw -I OUTPUT -o lo \(rule); sudo iptables -t raw -I PREROUTING -i lo \(rule)"
        )))
  }

  static let loopback = Check("loopback", "Packets of the loopback") { surroundings in
    let path = "sys/class/net/lo/mtu"
    guard let bytes = surroundings.files.number(path) else { return .missing(path) }
    // The kernel's own.
    let usual = 65_536
    guard bytes < usual else { return .fine("A packet has up to \(bytes) bytes.") }
    return .found(
      Finding(
        "loopback", .information, "A packet over loopback has at most \(bytes) bytes.",
        "Large messages take more packets than on other machines.", "Give it what Linux has.",
        .mending("sudo ip link set dev lo mtu \(usual)")))
  }
}
