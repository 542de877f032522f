internal import EchoIO
public import FoundationEssentials

extension Machine {
  /// Describes this machine as it is now.
  ///
  /// Costs a few dozen reads of small files: for the start of a suite, not for a measured window.
  ///
  /// - Parameters:
  ///   - network: the way from client to server.
  ///   - build: what the program knows about itself.
  ///   - root: the folder that holds `/proc`, `/sys` and `/etc`.
  ///   - date: the time the description is of.
  public static func describe(
    network: Network.Kind, build: Build, root: String = "/", date: Date = Date()
  ) -> Machine {
    let files = SystemFiles(root: root)
    let virtualised = isVirtualised(files)
    return Machine(
      date: date.ISO8601Format(),
      processor: .describe(files),
      memoryBytes: memoryBytes(files),
      operatingSystem: operatingSystem(files),
      kernel: kernel(files),
      virtualised: virtualised,
      hypervisor: virtualised == true ? hypervisor(files) : nil,
      clockSource: files.line("sys/devices/system/clocksource/clocksource0/current_clocksource"),
      loadAverage: files.words("proc/loadavg").first.flatMap { Double($0) },
      network: .describe(network, files),
      build: build)
  }

  /// `MemTotal` counts in units of 1024 bytes, whatever its "kB" says.
  private static func memoryBytes(_ files: SystemFiles) -> Int? {
    guard let total = files.value("MemTotal", in: "proc/meminfo", separator: ":"),
      let count = total.split(separator: " ").first.flatMap({ Int($0) })
    else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: 1024)
    return overflow ? nil : bytes
  }

  private static func operatingSystem(_ files: SystemFiles) -> String? {
    for path in ["etc/os-release", "usr/lib/os-release"] {
      if let name = files.value("PRETTY_NAME", in: path, separator: "=") {
        let unquoted = String(name.filter { $0 != "\"" && $0 != "'" })
        return unquoted.isEmpty ? nil : unquoted
      }
    }
    return nil
  }

  /// What `uname -sr` prints, without the host name that `uname -a` would add.
  private static func kernel(_ files: SystemFiles) -> String? {
    guard let release = files.line("proc/sys/kernel/osrelease") else { return nil }
    return "\(files.line("proc/sys/kernel/ostype") ?? "Linux") \(release)"
  }

  /// Only x86 has a flag for it; its absence elsewhere means nothing.
  private static func isVirtualised(_ files: SystemFiles) -> Bool? {
    if files.line("sys/hypervisor/type") != nil { return true }
    return files.value("flags", in: "proc/cpuinfo", separator: ":")
      .map { $0.split(separator: " ").contains("hypervisor") }
  }

  private static func hypervisor(_ files: SystemFiles) -> String? {
    files.line("sys/hypervisor/type") ?? files.line("sys/class/dmi/id/sys_vendor")
  }
}

extension Machine.Processor {
  fileprivate static func describe(_ files: SystemFiles) -> Self {
    let present = files.line("sys/devices/system/cpu/present")
    let online = files.line("sys/devices/system/cpu/online").flatMap(cpus)
    let allowed = files.value("Cpus_allowed_list", in: "proc/self/status", separator: ":")
    return Self(
      model: files.value("model name", in: "proc/cpuinfo", separator: ":"),
      architecture: architecture,
      logicalCPUs: present.flatMap(cpus)?.count,
      onlineCPUs: online?.count,
      allowedCPUs: allowed.flatMap(cpus)?.count,
      governor: governor(of: online ?? [0], files))
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "aarch64"
    #elseif arch(riscv64)
      "riscv64"
    #else
      "unknown"
    #endif
  }

  /// The kernel writes its lists as `--cpus` takes them; anything else is no list.
  private static func cpus(_ list: String) -> [UInt16]? {
    (try? CPUList(parsing: list))?.cpus
  }

  private static func governor(of cpus: [UInt16], _ files: SystemFiles) -> String? {
    let names = cpus.compactMap {
      files.line("sys/devices/system/cpu/cpu\($0)/cpufreq/scaling_governor")
    }
    return names.isEmpty ? nil : Set(names).sorted().joined(separator: ", ")
  }
}

extension Machine.Network {
  fileprivate static func describe(_ kind: Kind, _ files: SystemFiles) -> Self {
    Self(
      kind: kind,
      somaxconn: files.line("proc/sys/net/core/somaxconn").flatMap { Int($0) },
      tcpReadMemory: bufferSizes("proc/sys/net/ipv4/tcp_rmem", files),
      tcpWriteMemory: bufferSizes("proc/sys/net/ipv4/tcp_wmem", files))
  }

  /// Smallest, initial and largest size in bytes.
  private static func bufferSizes(_ path: String, _ files: SystemFiles) -> [Int]? {
    let sizes = files.words(path).compactMap { Int($0) }
    return sizes.count == 3 ? sizes : nil
  }
}
