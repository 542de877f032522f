/// How a process ended.
public enum ProcessEnd: Equatable, Sendable {
  case exited(Int32)
  case signaled(Int32)

  /// - Parameter status: as `clinux_wait_status` gives it.
  init(status: Int32) {
    self = status & 0x100 == 0 ? .exited(status) : .signaled(status & 0xff)
  }
}

extension ProcessEnd: CustomStringConvertible {
  /// As it continues a sentence about the process: `exited with status 3`, or
  /// `was ended by signal 9 (SIGKILL)`.
  public var description: String {
    switch self {
    case .exited(let status): "exited with status \(status)"
    case .signaled(let number):
      "was ended by signal \(number)" + (Self.name(number).map { " (SIG\($0))" } ?? "")
    }
  }

  private static func name(_ number: Int32) -> String? {
    names.indices.contains(Int(number) - 1) ? names[Int(number) - 1] : nil
  }

  /// From 1, as x86 and ARM have them (signal(7)).
  private static let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
  ]
}

extension ProcessEnd {
  /// The exit status of a shell whose command ended so.
  public var exitStatus: Int32 {
    switch self {
    case .exited(let status): status
    case .signaled(let number): 128 + number
    }
  }
}
