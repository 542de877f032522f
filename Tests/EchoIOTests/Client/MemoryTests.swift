import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// What a client holds, in a process of its own. A sanitizer has memory of its own for all of it.
  @Suite(.enabled(if: dlsym(nil, "__tsan_init") == nil && dlsym(nil, "__asan_init") == nil))
  struct MemoryTests {
    @Test(arguments: [1000, 256 << 10, 1 << 30])
    func `a connection takes no memory for its messages, whatever their size`(
      size: Int
    ) async throws {
      await #expect(processExitsWith: .success) { [size] in
        raiseDescriptorLimit()
        // Everybody connects, and nobody is answered: what is sent lies in the kernel.
        let listener = try Socket.listening(on: RunningServer.loopback)
        let address = try listener.boundAddress(requested: RunningServer.loopback)
        let count = 100
        let workload = Workload(
          address: address,
          load: Load(engine: .event, workers: 1, connections: count, size: ByteCount(size)),
          stopRule: .duration(.milliseconds(20)), timeout: .milliseconds(500))
        try ThisProcess.forgetPeak()
        let before = ThisProcess.residentBytes
        let report = try LoadRun.run(workload, until: try StopSignal())
        #expect(report.lifetime.bytesSent > count * 500)
        let peak = Int(procValue("VmHWM", in: try #require(readProcFile("/proc/self/status"))) ?? 0)
        // The worker has its pattern, of a quarter of a MiB at most, and code is read in as it is used. One
        // message of each connection would take 25 MiB.
        #expect(peak << 10 - before < count << 10 + 6 << 20, "\(peak << 10 - before) bytes")
      }
    }

    /// Each takes 2.7 MB. Their threads, which would take more, are not begun.
    @Test func `a worker without memory for what it records is an error`() async throws {
      await #expect(processExitsWith: .success) {
        let listener = try Socket.listening(on: RunningServer.loopback)
        let workload = Workload(
          address: try listener.boundAddress(requested: RunningServer.loopback),
          load: Load(engine: .event, workers: 1, connections: 1))
        let connections = try connectAll(workload, until: try StopSignal())
        defer { disconnect(connections) }
        let run = try RunState(workers: 1, connections: 1, keepers: 0, hasIntervals: false)
        let descriptors = ThisProcess.descriptors.count
        let most = 200
        var workers: [Worker<MonotonicClock>] = []
        workers.reserveCapacity(most)
        try ThisProcess.limitAddressSpace(sparing: 100 << 20)
        var error: SystemError?
        while error == nil, workers.count < most {
          do throws(SystemError) {
            workers.append(try Worker(connections, workload, run, MonotonicClock()))
          } catch let shortage {
            error = shortage
          }
        }
        for worker in workers {
          worker.deallocate()
          worker.recorders.deallocate()
        }
        #expect((20..<most).contains(workers.count))
        #expect(error?.call.hasSuffix(" for a histogram") == true)
        #expect(error?.errno == ENOMEM && error?.remedy.contains("fewer workers") == true)
        #expect(ThisProcess.descriptors.count == descriptors)
      }
    }

    @Test func `moments for what is in flight that there is no memory for are an error`()
      async throws
    {
      await #expect(processExitsWith: .success) {
        let listener = try Socket.listening(on: RunningServer.loopback)
        var workload = Workload(
          address: try listener.boundAddress(requested: RunningServer.loopback),
          load: Load(engine: .event, workers: 1, connections: 100))
        workload.load.pipeline = 1 << 20
        let (short, stop, sockets) = (workload, try StopSignal(), ThisProcess.sockets)
        try ThisProcess.limitAddressSpace(sparing: 200 << 20)
        let error = #expect(throws: SystemError.self) {
          try connectAll(short, until: stop)
        }
        #expect(error?.call == "allocate 800 MiB" && error?.errno == ENOMEM)
        #expect(error?.remedy == "Ask for fewer connections, or for less in flight.")
        #expect(ThisProcess.sockets == sockets)
      }
    }

    @Test func `the memory of a process is what it holds by itself`() async throws {
      await #expect(processExitsWith: .success) {
        let tree = ProcessTree(root: getpid())
        let before = try #require(tree.memory())
        let size = 16 << 20
        let block = try allocate(size)
        memset(block, 1, size)
        let with = try #require(tree.memory())
        #expect(with >= before + UInt64(size))
        #expect(with < before + UInt64(size) + 2 << 20)
        free(block)
      }
    }

    @Test func `a histogram takes the pages that it counts in`() async throws {
      await #expect(processExitsWith: .success) {
        let before = ThisProcess.residentBytes
        var recorders = try (0..<200).map { _ in try LatencyRecorder() }
        for index in recorders.indices { recorders[index].record(from: 0, to: 50_000) }
        #expect(ThisProcess.residentBytes - before < 200 * 32 << 10)
        for recorder in recorders {
          var histogram = LatencyHistogram()
          histogram.add(recorder)
          #expect(histogram.count == 1 && histogram.max == 50_000)
          recorder.deallocate()
        }
      }
    }
  }
}
