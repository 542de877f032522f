/// What a system call is made for, as far as its name tells.
enum CallKind: CaseIterable, Sendable {
  /// Moves bytes.
  case read, write
  /// Moves bytes from one descriptor to another, or has the kernel do what stands in a ring.
  case transfer
  /// Waits for something to happen.
  case wait
  /// Says what to wait for, or wakes who waits.
  case rearm
  case other

  init(_ name: String) {
    self = Self.kinds.first { $0.1.contains(name) }?.0 ?? .other
  }

  private static let kinds: [(CallKind, Set<String>)] = [
    (.read, ["read", "readv", "pread64", "preadv", "preadv2", "recvfrom", "recvmsg"]),
    (.write, ["write", "writev", "pwrite64", "pwritev", "pwritev2", "sendto", "sendmsg"]),
    (
      .transfer,
      [
        "splice", "tee", "vmsplice", "sendfile", "copy_file_range", "recvmmsg", "sendmmsg",
        "io_uring_enter",
      ]
    ),
    (
      .wait,
      [
        "epoll_wait", "epoll_pwait", "epoll_pwait2", "poll", "ppoll", "select", "pselect6",
        "nanosleep", "clock_nanosleep", "rt_sigtimedwait", "pause", "io_getevents", "wait4",
        "waitid",
      ]
    ),
    (
      .rearm,
      [
        "epoll_ctl", "futex", "futex_wait", "futex_wake", "futex_waitv", "timerfd_settime",
        "tgkill", "tkill", "sched_yield", "setitimer", "timer_settime",
      ]
    ),
  ]
}

extension Anatomy {
  /// Calls per message that are made for this, nil where the calls are not known. A read or a write of
  /// the counter of an eventfd(2) wakes somebody, and is counted as that.
  func calls(for kind: CallKind) -> Double? {
    guard let calls else { return nil }
    let sum = calls.filter { CallKind($0.key) == kind }.values.reduce(0, +)
    switch kind {
    case .read: return sum - min(sum, wakingReads)
    case .write: return sum - min(sum, wakingWrites)
    case .rearm: return sum + wakingReads + wakingWrites
    case .transfer, .wait, .other: return sum
    }
  }

  private var wakingReads: Double { reads?.eights ?? 0 }
  private var wakingWrites: Double { writes?.eights ?? 0 }
}
