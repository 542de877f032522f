/// The control groups of this process, as far as they limit its CPU time (cgroups(7)).
struct ControlGroup {
  /// The narrowest of the group and of those above it.
  struct Quota {
    let cpus: Double
    let command: Finding.Command
  }

  /// nil where nothing is limited.
  let quota: Quota?

  /// nil where this process is in no group that can be seen.
  init?(_ files: SystemFiles) {
    let lines = files.allLines("proc/self/cgroup").map {
      $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    }.filter { $0.count == 3 }
    guard !lines.isEmpty else { return nil }
    let quotas = lines.flatMap { line -> [Quota] in
      let (controllers, path) = (line[1], line[2])
      // What is above the root of a container is not there for it.
      let parts = path.contains("..") ? [] : path.split(separator: "/")
      let paths = (0...parts.count).map { parts.prefix($0).joined(separator: "/") }
      if controllers.isEmpty {
        return paths.compactMap { Self.unified(files, "sys/fs/cgroup/\($0)") }
      }
      guard controllers.split(separator: ",").contains("cpu") else { return [] }
      return paths.compactMap { Self.older(files, "sys/fs/cgroup/\(controllers)/\($0)") }
        + paths.compactMap { Self.older(files, "sys/fs/cgroup/cpu/\($0)") }
    }
    quota = quotas.min { $0.cpus < $1.cpus }
  }

  /// Version 2: `50000 100000`, or `max 100000`.
  private static func unified(_ files: SystemFiles, _ folder: String) -> Quota? {
    let file = plain("\(folder)/cpu.max")
    let words = files.words(file)
    guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]) else {
      return nil
    }
    return Self.quota(quota, period, lifting: "max", in: file)
  }

  /// Version 1: microseconds, -1 for no limit.
  private static func older(_ files: SystemFiles, _ folder: String) -> Quota? {
    let file = plain("\(folder)/cpu.cfs_quota_us")
    guard let quota = files.number(file),
      let period = files.number(plain("\(folder)/cpu.cfs_period_us"))
    else { return nil }
    return Self.quota(Double(quota), Double(period), lifting: "-1", in: file)
  }

  private static func quota(
    _ quota: Double, _ period: Double, lifting word: String, in file: String
  ) -> Quota? {
    guard quota > 0, period > 0 else { return nil }
    // Anybody may name a group: nothing but plain words gets into a command that is to be typed.
    let isPlain = file.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "/-_.,@:".contains($0))
    }
    return Quota(
      cpus: quota / period,
      command: isPlain
        ? .mending("echo \(word) | sudo tee /\(file)") : .showing("cat /proc/self/cgroup"))
  }

  /// Without empty parts.
  private static func plain(_ path: String) -> String {
    path.split(separator: "/").joined(separator: "/")
  }
}
