import Glibc
import Synchronization

@testable import EchoIO

/// A clock that stands still until a test moves it: what happens when is then exact, however busy
/// the machine.
final class ManualClock: RunClock {
  private let moment = Atomic<UInt64>(monotonicNow())

  func now() -> UInt64 { moment.load(ordering: .acquiring) }

  /// Soon enough for whoever waits for a moment to see that it has come.
  var longestWait: TimeSpan { .milliseconds(1) }

  func advance(by span: TimeSpan) {
    moment.add(span.nanoseconds, ordering: .releasing)
  }

  /// Lets time pass as it does, so that whoever looks around has the time to: a clock that jumps is
  /// that of a process that was stopped.
  func run(for span: TimeSpan) {
    let end = now() + span.nanoseconds
    while now() < end {
      advance(by: Self.step)
      usleep(UInt32(Self.step.nanoseconds / 1000))
    }
  }

  func run(until end: StopSignal) {
    while !end.wait(timeout: Self.step) { advance(by: Self.step) }
  }

  /// No more than the time between two looks of a client whose timeout is 16 ms.
  private static let step = TimeSpan.milliseconds(2)
}

/// A clock that goes on by the same step whenever it is asked: time passes as something is done.
final class SteppingClock: RunClock {
  private let moment = Atomic<UInt64>(monotonicNow())
  private let step: TimeSpan

  init(by step: TimeSpan) {
    self.step = step
  }

  func now() -> UInt64 { moment.add(step.nanoseconds, ordering: .relaxed).newValue }

  var longestWait: TimeSpan { .milliseconds(1) }
}
