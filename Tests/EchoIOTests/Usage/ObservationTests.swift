import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// A run that observes a process, which need not be the server.
  @Suite struct ObservationTests {
    @Test func `a process that the observed one starts inside the window is counted`() throws {
      try Shell.with("read go; (while :; do :; done) & wait") { shell in
        let usage = try #require(try usage(of: shell))
        #expect(usage.processes == 2)
        #expect(usage.cpuNanoseconds > 50_000_000)
      }
    }

    @Test func `an observed process of which a child ends inside the window has no figures`() throws
    {
      try Shell.with("sleep 600 & read go; kill $!; wait; read go") { shell in
        try shell.awaitDescendants(1)
        #expect(try usage(of: shell) == nil)
      }
    }

    /// What a run of two seconds says of a shell that is told to go on in the middle of it.
    private func usage(of shell: Shell) throws -> ProcessUsage? {
      ignoreBrokenPipes()
      var usage: ProcessUsage?
      try withServer(.named("threads")) { server in
        let workload = Workload(
          address: server.address, load: Load(engine: .blocking, workers: 1),
          stopRule: .duration(.seconds(2)), warmup: .milliseconds(0), timeout: .seconds(10))
        let run = try BoundedWork("client") {
          try LoadRun.run(workload, observing: shell.id, until: try StopSignal())
        }
        usleep(900_000)
        try shell.tell()
        usage = try run.value().server
      }
      return usage
    }
  }
}
