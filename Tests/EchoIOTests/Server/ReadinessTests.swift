import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// A server says that it is ready when it is, and not when it will never be.
  struct ReadinessTests {
    @Test(arguments: BackendUnderTest.all)
    func `a server is ready once, and before it is asked to stop`(
      backend: BackendUnderTest
    ) throws {
      var announcements = 0
      let stop = try StopSignal()
      let listener = try Socket.listening(on: RunningServer.loopback)
      let counters = try backend.type.serve(
        listener, options: ServerOptions(threads: 2), until: stop
      ) {
        #expect(!stop.isFired)
        announcements += 1
        stop.fire()
      }
      #expect(announcements == 1)
      #expect(counters == ServerCounters())
    }

    @Test(arguments: BackendUnderTest.all)
    func `threads that cannot be had are an error before a server is ready`(
      backend: BackendUnderTest
    ) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        let backend = try BackendUnderTest.named(name)
        // Room for a few threads' stacks, which are 8 MiB each (pthread_create(3)).
        try ThisProcess.limitAddressSpace(sparing: 200 << 20)
        let error = refusal(of: backend, ServerOptions(threads: 200))
        #expect(error?.call == "pthread_create")
        #expect(error?.remedy.isEmpty == false)
        // What had begun has ended.
        #expect(ThisProcess.threads < 10)
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `buffers that cannot be had are an error before a server is ready`(
      backend: BackendUnderTest
    ) throws {
      // More than any address space has (2^57 bytes, with five levels of page tables).
      let tooMuch = ServerOptions(bufferSize: ByteCount(1 << 60), threads: 2)
      let error = refusal(of: backend, tooMuch)
      #expect(error?.errno == ENOMEM)
      #expect(error?.call.hasPrefix("allocate ") == true)
      #expect(error?.remedy == "Give a smaller --buffer-size, or fewer --threads.")
    }

    @Test(arguments: BackendUnderTest.all)
    func `descriptors that cannot be had are an error before a server is ready`(
      backend: BackendUnderTest
    ) async throws {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        let backend = try BackendUnderTest.named(name)
        let stop = try StopSignal()
        let listener = try Socket.listening(on: RunningServer.loopback)
        let taken = try TakenDescriptors(sparing: 0)
        let error = #expect(throws: SystemError.self) {
          _ = try backend.type.serve(listener, options: ServerOptions(threads: 1), until: stop) {
            Issue.record("ready without a descriptor for a connection")
          }
        }
        #expect(error?.errno == EMFILE)
        #expect(error?.remedy == moreDescriptors)
        taken.giveBack()
      }
    }
  }
}

/// Why a backend does not serve, when it says so in time and without having been ready.
private func refusal(of backend: BackendUnderTest, _ options: ServerOptions) -> SystemError? {
  #expect(throws: SystemError.self) {
    let stop = try StopSignal()
    let listener = try Socket.listening(on: RunningServer.loopback)
    _ = try backend.type.serve(listener, options: options, until: stop) {
      Issue.record("ready, and yet not")
      stop.fire()
    }
  }
}
