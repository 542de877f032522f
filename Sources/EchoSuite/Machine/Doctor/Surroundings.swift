internal import EchoIO
internal import Foundation

/// What checks look at: the files in which a machine describes itself, and what only the program knows.
struct Surroundings: Sendable {
  let files: SystemFiles
  let machine: Machine
  /// Why a backend cannot run here, by its name; nil for one that can.
  let unavailability: @Sendable (_ backend: String) -> String?
  /// Folders with programs, below the root.
  let searchPath: [String]
  /// What has happened while somebody waited; nil where nobody did.
  let change: UsageChange?

  /// - Parameters:
  ///   - root: the folder that holds `/proc` and `/sys`.
  ///   - pause: lets half a second pass, or so; nil for a look that takes no time, and knows nothing of
  ///     what else runs.
  init(
    root: String = "/", build: Machine.Build, searchPath: [String] = Self.ownSearchPath,
    unavailability: @escaping @Sendable (String) -> String? = Self.ownUnavailability,
    own process: Int32 = getpid(), pause: (() -> Void)? = nil
  ) {
    files = SystemFiles(root: root)
    machine = .describe(network: .loopback, build: build, root: root)
    self.unavailability = unavailability
    self.searchPath = searchPath
    guard let pause, let before = UsageSample(files) else {
      change = nil
      return
    }
    pause()
    change = UsageSample(files).flatMap { UsageChange(from: before, to: $0, without: process) }
  }

  static var ownSearchPath: [String] {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
  }

  private static let ownUnavailability: @Sendable (String) -> String? = {
    Backends.named($0)?.unavailability
  }

  func hasProgram(_ name: String) -> Bool {
    searchPath.contains { files.isThere("\($0)/\(name)") }
  }
}

/// What the machine and its processes have used so far, in ticks of a hundredth of a second.
struct UsageSample {
  let total: Double
  let stolen: Double
  let cpus: Int
  let processes: [Int32: (name: String, ticks: Double)]

  /// nil where /proc/stat is not what it should be.
  init?(_ files: SystemFiles) {
    let words = files.words("proc/stat")
    let ticks = words.dropFirst().prefix(8).compactMap { UInt64($0) }.map { Double($0) }
    guard words.first == "cpu", ticks.count == 8 else { return nil }
    total = ticks.reduce(0, +)
    stolen = ticks[7]
    cpus = files.count(of: "proc/stat") { $0.hasPrefix("cpu") } - 1
    guard cpus > 0 else { return nil }
    processes = Dictionary(
      uniqueKeysWithValues: files.processes.compactMap { id in
        Self.process(files.line("proc/\(id)/stat") ?? "").map { (id, $0) }
      })
  }

  /// `4711 (a name) S 1 …`: the name may have blanks and brackets (proc_pid_stat(5)).
  private static func process(_ line: String) -> (name: String, ticks: Double)? {
    guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close
    else { return nil }
    let words = line[line.index(after: close)...].split(separator: " ")
    guard words.count > 12, let user = UInt64(words[11]), let system = UInt64(words[12]) else {
      return nil
    }
    return (legible(line[line.index(after: open)..<close]), Double(user) + Double(system))
  }
}

/// What was used between two samples.
struct UsageChange: Sendable {
  /// A process, and how many CPUs it had: 0.5 for half of one.
  struct Process: Equatable, Sendable {
    let id: Int32
    let name: String
    let cpus: Double
  }

  /// Those that used any, the busiest first.
  let processes: [Process]
  /// Of all CPU time, what a hypervisor has given to others: 0 to 1.
  let stolenShare: Double

  /// nil where no time has passed.
  init?(from before: UsageSample, to after: UsageSample, without own: Int32) {
    let total = after.total - before.total
    guard total > 0 else { return nil }
    let each = total / Double(after.cpus)
    stolenShare = max(0, min(1, (after.stolen - before.stolen) / total))
    processes = after.processes.compactMap { id, now -> Process? in
      let ticks = now.ticks - (before.processes[id]?.ticks ?? 0)
      guard id != own, ticks > 0 else { return nil }
      return Process(id: id, name: now.name, cpus: ticks / each)
    }.sorted { ($1.cpus, $0.id) < ($0.cpus, $1.id) }
  }
}
