internal import CLinux

/// What the kernel says of its clock of the calendar (adjtimex(2)).
public struct ClockState: Codable, Equatable, Sendable {
  /// Whether somebody keeps it in step with the world: chrony, ntpd, a host.
  public let isSynchronised: Bool
  /// How far off it may be, in nanoseconds, as whoever does that has told.
  public let maxError: UInt64

  enum CodingKeys: String, CodingKey {
    case isSynchronised = "synchronised"
    case maxError = "max_error_ns"
  }

  public init(isSynchronised: Bool, maxError: UInt64) {
    self.isSynchronised = isSynchronised
    self.maxError = maxError
  }

  /// Nil where the kernel does not tell, as to some containers.
  static func now() -> ClockState? {
    var error: UInt64 = 0
    let result = clinux_clock_state(&error)
    guard result >= 0 else { return nil }
    return ClockState(isSynchronised: result == 1, maxError: error * 1000)
  }
}
