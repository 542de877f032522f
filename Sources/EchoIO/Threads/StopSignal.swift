internal import CLinux
internal import Glibc
internal import Synchronization

/// A request to stop, made once and seen by everybody: a flag for loops, and a descriptor that
/// stays readable from then on for whoever waits in the kernel.
public final class StopSignal: Sendable {
  /// An eventfd that nobody reads: level-triggered, it wakes every poller, as often as asked.
  let descriptor: Int32
  private let flag = Atomic<Bool>(false)

  public init() throws(SystemError) {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else { throw .last("eventfd", remedy: moreDescriptors) }
  }

  deinit {
    close(descriptor)
  }

  /// Asks everybody to stop; safe from any thread, and more than once.
  public func fire() {
    flag.store(true, ordering: .releasing)
    eventfd_write(descriptor, 1)
  }

  /// True once somebody fired, or a signal of `onSignals` came.
  public var isFired: Bool {
    flag.load(ordering: .acquiring) || waitUntil(descriptor, POLLIN, timeout: .milliseconds(0))
  }

  /// Blocks until the signal fires or `timeout` has passed; nil waits for ever.
  /// - Returns: true when it has fired.
  @discardableResult
  public func wait(timeout: TimeSpan? = nil) -> Bool {
    while !waitUntil(descriptor, POLLIN, timeout: timeout ?? .seconds(3600)) {
      if timeout != nil { return false }
    }
    return true
  }

  /// The signal that SIGINT, SIGTERM and SIGHUP fire from now on; a second one ends the process at
  /// once with status 130, 143 or 129. It lives as long as the process.
  public static let onSignals: StopSignal = {
    do {
      let signal = try StopSignal()
      clinux_stop_on_signals(signal.descriptor)
      return signal
    } catch {
      // A process that begins without a descriptor can do nothing else.
      complain("\(error)")
      exit(1)
    }
  }()

  /// Has SIGQUIT (Ctrl-\) end the process at once, with status 131, and without the report of a crash
  /// that Swift's runtime would print before it goes on.
  public static func endOnQuit() {
    clinux_end_on_quit()
  }

  /// The number of the first such signal that came, if one did.
  public static var caughtSignal: Int32? {
    let number = clinux_caught_signal()
    return number == 0 ? nil : number
  }
}
