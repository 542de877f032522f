internal import Glibc

/// By what everything below a supervisor is known, should the supervisor itself be killed: a variable of
/// the environment, which children inherit (environ(7)). Whoever takes it out of theirs is not found.
public struct SupervisorMark: Sendable {
  private static let variable = "ECHOBENCH_SUPERVISOR"
  private let value: String

  /// Nil when there is no such process: one that has ended is there until it is waited for.
  public init?(of supervisor: Int32) {
    guard let identity = ProcessIdentity(of: supervisor) else { return nil }
    // The number of a process becomes another's, at another time.
    value = "\(identity.id).\(identity.start)"
  }

  /// Of the supervisor that this process is below; nil where there was none.
  static var inherited: SupervisorMark? {
    getenv(variable).map { SupervisorMark(value: String(cString: $0)) }
  }

  private init(value: String) {
    self.value = value
  }

  /// The supervisor; nil where it is gone, or has ended and nobody has waited for it yet.
  var supervisor: Int32? {
    guard let process = value.split(separator: ".").first.flatMap({ Int32($0) }),
      SupervisorMark(of: process)?.value == value,
      ProcessStat(of: process)?.isAlive == true
    else { return nil }
    return process
  }

  /// Marks whatever this process starts from here on. To be called while it has one thread.
  func put() {
    setenv(Self.variable, value, 1)
  }

  /// Kills everybody who has the mark, and whom they have started meanwhile: for a second at most.
  public func killAll() {
    let deadline = monotonicNow() + 1_000_000_000
    while killOnce(), monotonicNow() < deadline { usleep(1000) }
  }

  /// - Returns: whether there was anybody.
  private func killOnce() -> Bool {
    let wanted = "\(Self.variable)=\(value)"
    var isAnybody = false
    for process in numericEntries("/proc") where process != getpid() {
      // It is empty once a process has ended.
      guard let environment = readProcFile("/proc/\(process)/environ"),
        environment.split(separator: "\0").contains(wanted[...])
      else { continue }
      kill(process, SIGKILL)
      isAnybody = true
    }
    return isAnybody
  }
}
