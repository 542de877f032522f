import Glibc
import Testing

@testable import EchoIO

/// Everything here that opens sockets or starts processes: one test after the other, since each keeps
/// two CPUs busy, and waits on a thread that other tests could have.
///
/// What counts the descriptors, threads or memory of its process, or takes them away, does so in
/// a process of its own: an exit test. So does what closes a listener and expects it to be gone: a
/// child that another test starts at that moment has it, too, until it runs its program.
@Suite(.serialized, .timeLimit(.minutes(1)))
enum DataPlane {}

/// A backend as an argument of a test: every one of the registry that this machine can run.
struct BackendUnderTest: Sendable, CustomTestStringConvertible {
  let type: any Backend.Type

  var testDescription: String { type.name }

  /// A connection has a thread to itself for as long as it is open, and so a buffer.
  var holdsThreads: Bool {
    type == ThreadsBackend.self || type == ThreadPerConnectionBackend.self
  }

  /// A connection has a buffer for as long as it is open.
  var holdsBuffers: Bool {
    holdsThreads || type == IOUringPlainBackend.self || type == NIOBackend.self
      || type == NIOAsyncBackend.self
  }

  /// Buffers that a connection may have been read into before the reply is written.
  func mostHeld(bufferSize: Int) -> Int {
    #if Liburing
      // The kernel receives on its own, until it has no buffer left.
      if type == IOUringBackend.self { return BufferRing.fewest(ofSize: bufferSize) }
    #endif
    // Ten that are read ahead, the one that the task has, and the one that is written.
    return type == NIOAsyncBackend.self ? 12 : 1
  }

  /// Those that `ECHOBENCH_TEST_BACKENDS` names, as `nio,nio-async`, where it is set.
  static let all = Backends.all.filter { backend in
    guard let chosen = getenv("ECHOBENCH_TEST_BACKENDS") else {
      return backend.unavailability == nil
    }
    return String(cString: chosen).split(separator: ",").contains { $0 == backend.name }
  }.map(Self.init)

  static func named(_ name: String) throws -> BackendUnderTest {
    BackendUnderTest(type: try #require(Backends.named(name)))
  }
}
