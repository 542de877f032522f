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

/// A clock that stands still until it is moved, and counts how often each thread has read it.
final class CountingClock: RunClock {
  private let clock = ManualClock()
  private let readings = Lock<[UInt: Int]>([:])

  func now() -> UInt64 {
    readings.withLock { $0[pthread_self(), default: 0] += 1 }
    return clock.now()
  }

  var longestWait: TimeSpan { clock.longestWait }

  func advance(by span: TimeSpan) {
    clock.advance(by: span)
  }

  func run(until end: StopSignal) {
    clock.run(until: end)
  }

  /// Waits until every thread has read it so often that it has noted all that had come: once for a wait
  /// that was over before that, once at a look around, and once when it has received it. None of them may
  /// have ended.
  func awaitReaders(unless over: StopSignal) {
    let before = readings.withLock(\.self)
    var areDone = false
    while !areDone, !over.wait(timeout: .milliseconds(1)) {
      areDone = readings.withLock { now in before.allSatisfy { now[$0] ?? 0 >= $1 + 4 } }
    }
  }
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
