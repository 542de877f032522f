internal import CLinux
internal import Glibc

/// A kernel thread that is joined for its result.
final class Thread<Result: Sendable>: Sendable {
  private let handle: pthread_t
  private let task: ThreadTask

  /// Starts `body` on a thread of its own, named `name` (15 characters are kept).
  /// - Parameter stackBytes: nil for the limit of this process (RLIMIT_STACK), mostly 8 MiB.
  init(
    _ name: String, stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Result
  ) throws(SystemError) {
    let outcome = Outcome()
    outcomeBox = outcome
    task = ThreadTask(name) { outcome.value = body() }
    handle = try task.start(stackBytes)
  }

  /// Waits for the thread to end. To be called exactly once.
  func join() -> Result {
    pthread_join(handle, nil)
    return outcomeBox.value!
  }

  private let outcomeBox: Outcome

  /// Unchecked: written by the thread before it ends, read after the join, which orders the two.
  private final class Outcome: @unchecked Sendable {
    var value: Result?
  }
}

/// The type-erased half of ``Thread``: what the C entry point can call.
private final class ThreadTask: Sendable {
  private let name: String
  private let body: @Sendable () -> Void

  init(_ name: String, _ body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }

  func start(_ stackBytes: Int?) throws(SystemError) -> pthread_t {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    if let stackBytes { pthread_attr_setstacksize(&attributes, stackBytes) }
    var handle = pthread_t()
    let argument = Unmanaged.passRetained(self)
    let error = pthread_create(
      &handle, &attributes,
      { argument in
        let task = Unmanaged<ThreadTask>.fromOpaque(argument!).takeRetainedValue()
        clinux_name_thread(task.name)
        task.body()
        return nil
      }, argument.toOpaque())
    guard error == 0 else {
      argument.release()
      throw SystemError(
        "pthread_create", errno: error, remedy: "Ask for fewer threads or connections.")
    }
    return handle
  }
}
