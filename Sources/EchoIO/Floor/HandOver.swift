internal import Glibc

/// Two threads that wake each other in turn: a byte goes to and fro through two pipes, and each thread
/// sleeps until it comes, as in lmbench's `lat_ctx` (McVoy & Staelin, "lmbench: Portable Tools for
/// Performance Analysis", USENIX 1996).
final class HandOver: Sendable {
  private let there: Pipe
  private let back: Pipe
  private let cpus: (CPUList, CPUList)

  /// What one hand-over took, of several that there were one after the other.
  struct Repetition {
    /// Of both threads together, per hand-over.
    let nanoseconds: Double
    /// The time that passed, per hand-over.
    let delay: Double
  }

  /// - Parameter cpus: those that the threads bind themselves to.
  init(on cpus: (UInt16, UInt16)) throws(SystemError) {
    self.cpus = (CPUList(cpus.0), CPUList(cpus.1))
    there = try Pipe()
    back = try Pipe()
  }

  /// - Parameter count: of exchanges, each two hand-overs; a few more come before them, which are not
  ///   counted, and in which the threads start.
  func repetition(_ count: Int) throws(SystemError) -> Repetition {
    let (mine, theirs) = (cpus.0, cpus.1)
    let (to, from) = (there.input, back.output)
    let (otherTo, otherFrom) = (back.input, there.output)
    let partner = try Thread("floor-partner") {
      Side(on: theirs, count) { FloorLoop.takeOvers(otherTo, otherFrom, $0, $1) }
    }
    let own: Thread<Side>
    do throws(SystemError) {
      own = try Thread("floor") {
        Side(on: mine, count) { FloorLoop.handOvers(to, from, $0, $1) }
      }
    } catch {
      Self.release(partner, to, count)
      throw error
    }
    let sides = (own.join(), partner.join())
    if let error = sides.0.error ?? sides.1.error { throw error }
    let handOvers = Double(2 * count)
    return Repetition(
      nanoseconds: Double(sides.0.cpuNanoseconds + sides.1.cpuNanoseconds) / handOvers,
      delay: Double(sides.0.nanoseconds) / handOvers)
  }

  /// Lets a thread end whose partner could not start: it gets all its bytes at once. A pipe holds more
  /// than that (pipe(7): 64 KiB).
  private static func release(_ partner: Thread<Side>, _ to: Int32, _ count: Int) {
    let bytes = [UInt8](repeating: 0, count: count + Side.unmeasured)
    _ = transmit(to, bytes, bytes.count)
    _ = partner.join()
  }
}

/// What one of the two threads took.
private struct Side: Sendable {
  /// It plays its part whatever this says: the other waits for it.
  private(set) var error: SystemError?
  let cpuNanoseconds: UInt64
  let nanoseconds: UInt64

  static let unmeasured = 8

  init(on cpus: CPUList, _ count: Int, _ loop: (UnsafeMutableRawPointer, Int) -> Int) {
    do throws(SystemError) { try cpus.apply() } catch { self.error = error }
    var result = 0
    (cpuNanoseconds, nanoseconds) = withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) {
      let byte = $0.baseAddress!
      byte.storeBytes(of: 0, as: UInt8.self)
      result = loop(byte, Self.unmeasured)
      let (start, cpuStart) = (monotonicNow(), threadCPUNow())
      if result == 0 { result = loop(byte, count) }
      return (threadCPUNow() - cpuStart, monotonicNow() - start)
    }
    if result < 0, error == nil { error = SystemError("hand over", errno: Int32(-result)) }
  }
}
