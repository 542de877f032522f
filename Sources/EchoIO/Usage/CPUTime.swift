internal import Glibc

/// CPU time, split as the kernel splits it.
public struct CPUTime: Codable, Equatable, Sendable {
  public var userNanoseconds: UInt64
  public var systemNanoseconds: UInt64

  enum CodingKeys: String, CodingKey {
    case userNanoseconds = "user_ns"
    case systemNanoseconds = "system_ns"
  }

  public init(userNanoseconds: UInt64, systemNanoseconds: UInt64) {
    self.userNanoseconds = userNanoseconds
    self.systemNanoseconds = systemNanoseconds
  }

  public var nanoseconds: UInt64 { userNanoseconds + systemNanoseconds }

  /// What this process has used so far (getrusage(2)).
  public static func ofThisProcess() -> CPUTime { CPUTime(of: RUSAGE_SELF.rawValue) }

  /// What the calling thread has used so far.
  static func ofThisThread() -> CPUTime { CPUTime(of: rusageThread) }

  private init(of who: Int32) {
    var usage = rusage()
    getrusage(__rusage_who_t(who), &usage)
    self.init(
      userNanoseconds: Self.nanoseconds(usage.ru_utime),
      systemNanoseconds: Self.nanoseconds(usage.ru_stime))
  }

  static func - (later: CPUTime, earlier: CPUTime) -> CPUTime {
    CPUTime(
      userNanoseconds: increase(later.userNanoseconds, since: earlier.userNanoseconds),
      systemNanoseconds: increase(later.systemNanoseconds, since: earlier.systemNanoseconds))
  }

  private static func nanoseconds(_ time: timeval) -> UInt64 {
    UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_usec) * 1000
  }
}

/// RUSAGE_THREAD, which Glibc hides behind _GNU_SOURCE (bits/resource.h).
private let rusageThread: Int32 = 1
