import Glibc

@testable import EchoIO

/// What this process holds, for tests that have one of their own.
enum ThisProcess {
  /// Open descriptors and what they are open on, such as `socket:[4711]`.
  static var descriptors: [Int32: String] {
    var found: [Int32: String] = [:]
    for descriptor in numericEntries("/proc/self/fd") {
      // Without a target: the listing's own descriptor, closed by now.
      found[descriptor] = linkTarget("/proc/self/fd/\(descriptor)")
    }
    return found
  }

  /// Concurrency's clock runs on Dispatch, which opens its epoll descriptors when it is first used:
  /// for the time limit of a test, which may be at any moment. From here on they are open: its timer is
  /// opened when its thread sleeps until then, so that must not be over by the time it would.
  static func letDispatchOpenItsDescriptors() async throws {
    try await Task.sleep(for: .milliseconds(50))
  }

  /// Descriptors that it may have open at once, when it asks.
  static var mostDescriptors: UInt {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return limit.rlim_max
  }

  /// Lets this process have `spare` descriptors more than it has by now, and no more, for good. A
  /// request of io_uring is held against the limit that there was when it was submitted.
  static func limitDescriptors(sparing spare: Int) throws {
    let most = rlim_t(Int(descriptors.keys.max() ?? 0) + 1 + spare)
    var limit = rlimit(rlim_cur: most, rlim_max: most)
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw SystemError.last("setrlimit")
    }
  }

  /// CPU time used so far, user and system together.
  static var cpuNanoseconds: UInt64 { nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID) }

  /// Sockets that it has open.
  static var sockets: Int { descriptors.values.count { $0.hasPrefix("socket:") } }

  static var threads: Int { numericEntries("/proc/self/task").count }

  static var residentBytes: Int { status("VmRSS") }

  /// Has the peak of what is resident begin anew (clear_refs, proc(5)): the start of a process with many
  /// tests has one of its own.
  static func forgetPeak() throws {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError.last("open /proc/self/clear_refs") }
    defer { close(descriptor) }
    guard write(descriptor, "5", 1) == 1 else {
      throw SystemError.last("write /proc/self/clear_refs")
    }
  }

  /// Lets this process map `spare` bytes more than it has mapped by now, and no more.
  static func limitAddressSpace(sparing spare: Int) throws {
    let most = rlim_t(status("VmSize") + spare)
    var limit = rlimit(rlim_cur: most, rlim_max: most)
    guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else {
      throw SystemError.last("setrlimit")
    }
  }

  /// A value in bytes, of those that /proc/self/status has in kB (proc_pid_status(5)).
  private static func status(_ name: String) -> Int {
    Int(procValue(name, in: readProcFile("/proc/self/status") ?? "") ?? 0) << 10
  }
}

/// Descriptors taken away from this process, all but `spare` of those it may still open, until
/// they are given back.
struct TakenDescriptors: ~Copyable {
  private let taken: [Int32]
  private let limit: rlimit

  init(sparing spare: Int) throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    self.limit = limit
    // A limit that is nearly as low already stays (``ThisProcess/limitDescriptors``).
    let lowest = rlim_t(Int(ThisProcess.descriptors.keys.max() ?? 0) + 1 + spare)
    if limit.rlim_cur > lowest + 200 { limit.rlim_cur = lowest }
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw SystemError.last("setrlimit")
    }
    var taken: [Int32] = []
    // Whatever holds one for a moment gives it back: a thread's first allocation reads a file of the
    // C library's. So it goes on until nothing has come back for a while.
    var quiet = 0
    while quiet < 10 {
      let before = taken.count
      while case let descriptor = dup(0), descriptor >= 0 { taken.append(descriptor) }
      quiet = taken.count == before ? quiet + 1 : 0
      usleep(10_000)
    }
    for _ in 0..<min(spare, taken.count) { close(taken.removeLast()) }
    self.taken = taken
  }

  consuming func giveBack() {}

  deinit {
    for descriptor in taken { close(descriptor) }
    var limit = limit
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
