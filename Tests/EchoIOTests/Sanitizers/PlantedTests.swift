import CPlanted
import Glibc
import Testing

@testable import EchoIO

/// What sanitizers are to find, done on purpose: for `scripts/sanitize`, which names it, and for nobody else.
@Suite(.enabled(if: Planted.chosen != nil))
struct PlantedTests {
  @Test func `what is planted is done, and is for a sanitizer to find`() async throws {
    try await Planted.chosen?.plant()
  }
}

/// By its name in `ECHOBENCH_PLANTED`.
private enum Planted: String {
  case race
  case raceInC = "race-in-c"
  case threadLeak = "thread-leak"
  case beyond
  case beyondInC = "beyond-in-c"
  case leak
  case undefined
  case undefinedInlined = "undefined-inlined"
  case undefinedInChild = "undefined-in-child"

  static let chosen = getenv("ECHOBENCH_PLANTED").flatMap {
    Planted(rawValue: String(cString: $0))
  }

  func plant() async throws {
    switch self {
    case .race: try setTwice { $0.pointee = 1 }
    case .raceInC: try setTwice { cplanted_set($0) }
    case .threadLeak: try leaveThread()
    case .beyond: readBeyond { use($0[$1]) }
    case .beyondInC: readBeyond { _ = cplanted_read($0, $1) }
    case .leak: leakMemory()
    case .undefined: _ = cplanted_successor(.max)
    case .undefinedInlined: _ = cplanted_successor_inlined(.max)
    case .undefinedInChild:
      await #expect(processExitsWith: .success) { _ = cplanted_successor(.max) }
    }
  }
}

/// Two threads, neither of which waits for the other. Over and over, for as long as both are there: a sanitizer may
/// miss one moment, and what an ended thread did.
private func setTwice(_ set: @escaping @Sendable (UnsafeMutablePointer<Int32>) -> Void) throws {
  nonisolated(unsafe) let number = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  number.initialize(to: 0)
  defer { number.deallocate() }
  let threads = try (0..<2).map { _ in
    try EchoIO.Thread("racing") {
      for _ in 0..<500 {
        set(number)
        usleep(100)
      }
    }
  }
  for thread in threads { thread.join() }
}

/// A thread that has ended, and that nobody joins.
private func leaveThread() throws {
  let ended = try StopSignal()
  _ = try EchoIO.Thread("left") { ended.fire() }
  try #require(ended.wait(timeout: .seconds(20)))
}

private func readBeyond(_ read: (UnsafeMutablePointer<UInt8>, Int) -> Void) {
  let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 16)
  bytes.initialize(repeating: 0, count: 16)
  defer { bytes.deallocate() }
  read(bytes, 16)
}

/// Several times: the last may be found where the stack was.
private func leakMemory() {
  for _ in 0..<4 { _ = UnsafeMutablePointer<UInt8>.allocate(capacity: 16) }
}

/// What is only thrown away is not even read.
private func use(_ value: UInt8) {}
