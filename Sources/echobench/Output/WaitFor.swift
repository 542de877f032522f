internal import Dispatch
internal import Synchronization

/// Runs asynchronous work to its end on the calling thread, and on no other: a server or a client has
/// no threads but its own, and where a user may have no more of them, a pool would wait for one for
/// ever.
func waitFor<Value: Sendable>(
  _ work: @escaping @Sendable () async throws -> Value
) throws -> Value {
  let outcome = Outcome<Value>()
  let thread = CallingThread()
  Task(executorPreference: thread) {
    let result: Result<Value, any Error>
    do {
      result = .success(try await work())
    } catch {
      result = .failure(error)
    }
    outcome.value.withLock { $0 = result }
  }
  while true {
    if let result = outcome.value.withLock({ $0 }) { return try result.get() }
    thread.runNext()
  }
}

private final class Outcome<Value: Sendable>: Sendable {
  let value = Mutex<Result<Value, any Error>?>(nil)
}

/// The thread that waits, as an executor of tasks.
private final class CallingThread: TaskExecutor {
  private let jobs = Mutex<[UnownedJob]>([])
  private let count = DispatchSemaphore(value: 0)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
    count.signal()
  }

  /// Waits for a job, and runs it.
  func runNext() {
    count.wait()
    let job = jobs.withLock { $0.removeFirst() }
    unsafe job.runSynchronously(on: asUnownedTaskExecutor())
  }
}
