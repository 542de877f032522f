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
  var holdsBuffers: Bool { holdsThreads || type == IOUringPlainBackend.self }

  /// Buffers that a connection may have been read into before the reply is written.
  func mostHeld(bufferSize: Int) -> Int {
    #if Liburing
      // The kernel receives on its own, until it has no buffer left.
      if type == IOUringBackend.self { return BufferRing.fewest(ofSize: bufferSize) }
    #endif
    return 1
  }

  static let all = Backends.all.filter { $0.unavailability == nil }.map(Self.init)

  static func named(_ name: String) throws -> BackendUnderTest {
    BackendUnderTest(type: try #require(Backends.named(name)))
  }
}
