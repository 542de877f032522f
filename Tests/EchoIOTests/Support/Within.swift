import Glibc

@testable import EchoIO

/// Something that was to end by itself and did not.
struct TookTooLong: Error, CustomStringConvertible {
  let description: String
}

/// Work on a thread of its own, waited for within a limit: what hangs fails its test, and leaves
/// the others running.
struct BoundedWork<Value: Sendable>: Sendable {
  private let name: String
  private let ended: StopSignal
  private let thread: EchoIO.Thread<Result<Value, any Error>>

  init(_ name: String, _ body: @escaping @Sendable () throws -> Value) throws {
    self.name = name
    let ended = try StopSignal()
    self.ended = ended
    thread = try EchoIO.Thread(name) {
      defer { ended.fire() }
      return Result { try body() }
    }
  }

  /// What the work came to. To be called once.
  func value(within limit: TimeSpan = .seconds(40)) throws -> Value {
    guard ended.wait(timeout: limit) else {
      throw TookTooLong(description: "\(name) did not end within \(limit)")
    }
    return try thread.join().get()
  }
}

/// Waits until it is so, within a while.
func eventually(_ condition: () -> Bool) -> Bool {
  let deadline = monotonicNow() + 20_000_000_000
  while !condition() {
    guard monotonicNow() < deadline else { return false }
    usleep(2000)
  }
  return true
}
