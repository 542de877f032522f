internal import Glibc

#if Liburing
  internal import CLiburing

  /// A submission and a completion queue shared with the kernel (io_uring(7)), used by one thread.
  ///
  /// Unchecked: it is set up before that thread starts, and belongs to it from ``enable()`` on.
  final class Ring: @unchecked Sendable {
    /// What the measured functions see.
    let view: RingView

    /// Submissions of one call. More of them cost another call, no more than that.
    private static let entries: UInt32 = 1024

    /// - Throws: where the kernel refuses; EINVAL comes of one before Linux 6.0.
    init() throws(SystemError) {
      var view = cliburing_ring()
      var result = cliburing_open(&view, Self.entries, true)
      if result == -EINVAL { result = cliburing_open(&view, Self.entries, false) }
      guard result == 0 else {
        throw SystemError("io_uring_setup", errno: -result, remedy: Self.remedy(for: -result))
      }
      self.view = .allocate(capacity: 1)
      self.view.initialize(to: view)
    }

    deinit {
      cliburing_close(view)
      view.deallocate()
    }

    private static func remedy(for error: Int32) -> String {
      switch error {
      case EMFILE, ENFILE: moreDescriptors
      // Before Linux 5.12 the memory of a ring counts as locked (io_uring_setup(2)).
      case ENOMEM: "Ask for fewer threads, or allow this process to lock more memory (ulimit -l)."
      default: "'echobench backends' says what this machine can run."
      }
    }

    /// Makes the calling thread the one that uses this ring.
    func enable() {
      cliburing_enable(view)
    }

    /// Gives back what ``enable()`` took, on the same thread.
    func disable() {
      cliburing_disable(view)
    }
  }

  /// The most that the kernel receives or sends at once (MAX_RW_COUNT).
  let mostAtOnce = Int(Int32.max) & ~4095

  typealias RingView = UnsafeMutablePointer<cliburing_ring>

  /// What of a completion is asked for away from the measured loops.
  struct Completion {
    private let data: UInt64
    /// What the system call would have returned: a count, a descriptor, or -errno.
    let result: Int32
    private let flags: UInt32

    init(_ data: UInt64, _ result: Int32, _ flags: UInt32 = 0) {
      self.data = data
      self.result = result
      self.flags = flags
    }

    var request: RingRequest {
      RingRequest(rawValue: UInt32(truncatingIfNeeded: data >> 32)) ?? .failure
    }

    /// More completions come of the same submission.
    var hasMore: Bool { flags & IORING_CQE_F_MORE != 0 }
  }

  /// What was submitted: the upper half of its user data. The lower is the connection's descriptor,
  /// which is closed when nothing is under way on it, so that its number means no other connection.
  enum RingRequest: UInt32 {
    case receive, send, cancellation
    /// Those of ``RingLoop``, which no connection has.
    case accept, pause, inbox, stop, end
    /// Not a request: the ring itself has failed.
    case failure

    @inline(__always)
    func data(_ descriptor: Int32 = 0) -> UInt64 {
      UInt64(rawValue) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }
  }

  /// Whether io_uring_enter(2) has worked, or will the next time.
  @inline(__always)
  private func isPassing(_ result: Int32) -> Bool {
    result >= 0 || result == -EINTR || result == -EAGAIN || result == -EBUSY
  }

  /// A ring that takes nothing any more: an error of this program's.
  @inline(never)
  func ringFailed(_ result: Int32) -> Never {
    fatalError("io_uring_enter: \(String(cString: strerror(-result)))")
  }

  extension RingView {
    /// The next free entry of the submission queue. Where there is none, what is there is submitted.
    @inline(__always)
    var nextEntry: UnsafeMutablePointer<io_uring_sqe> {
      while true {
        if let entry = cliburing_next(self) { return entry }
        let result = io_uring_submit(pointee.ring)
        if !isPassing(result) { ringFailed(result) }
      }
    }

    /// Takes the first completion out of its queue: user data, result and flags.
    @inline(__always)
    func takeCompletion() -> (UInt64, Int32, UInt32) {
      let first = cliburing_first(self)!
      defer { cliburing_see(self) }
      return (first.pointee.user_data, first.pointee.res, first.pointee.flags)
    }

    /// Submits what is there and waits for a completion.
    /// - Parameter awaited: 0 to come back at once.
    /// - Returns: 0, or -errno when the ring can be used no more. After a signal, or for want of
    ///   memory, there may be no completion.
    @inline(__always)
    func submitAndWait(_ awaited: UInt32 = 1) -> Int32 {
      let result = io_uring_submit_and_wait(pointee.ring, awaited)
      return isPassing(result) ? 0 : result
    }
  }
#endif
