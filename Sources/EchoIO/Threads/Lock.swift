internal import Glibc

/// A value that one thread at a time reads or changes, behind a POSIX mutex (pthread_mutex_lock(3)).
///
/// The standard library's `Mutex` would do, but not under the thread sanitizer: it waits inside a
/// library that is not instrumented, so that what it orders is reported as a race. A POSIX mutex
/// the sanitizer knows.
///
/// Unchecked: the value is reached only with the mutex held.
final class Lock<Value: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

  init(_ initial: Value) {
    pthread_mutex_init(mutex, nil)
    value.initialize(to: initial)
  }

  deinit {
    value.deinitialize(count: 1)
    value.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value.pointee)
  }
}
