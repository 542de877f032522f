internal import Dispatch
internal import Synchronization

/// Runs asynchronous work to its end on the calling thread's time.
///
/// Only the suite's process handling is asynchronous. The commands are not, so that a server or a
/// client has no threads but its own.
func waitFor<Value: Sendable>(
  _ work: @escaping @Sendable () async throws -> Value
) throws -> Value {
  let done = DispatchSemaphore(value: 0)
  let outcome = Outcome<Value>()
  Task {
    let result: Result<Value, any Error>
    do {
      result = .success(try await work())
    } catch {
      result = .failure(error)
    }
    outcome.value.withLock { $0 = result }
    done.signal()
  }
  done.wait()
  guard let result = outcome.value.withLock({ $0 }) else {
    preconditionFailure("the work signals only once its outcome is there")
  }
  return try result.get()
}

private final class Outcome<Value: Sendable>: Sendable {
  let value = Mutex<Result<Value, any Error>?>(nil)
}
