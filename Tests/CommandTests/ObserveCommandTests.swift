import EchoIO
import Foundation
import Testing

@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct ObserveCommandTests {
  @Test func `each reading is a document, and its totals go on`() async throws {
    try await withServer { address in
      let port = String(address.split(separator: ":")[1])
      let load = ["client", "--address", address, "--duration", "20s", "--format", "json"]
      try await RunningProgram.with(load) { _ in
        let ending = try await RunningProgram.run([
          "observe", "--listener", port, "--every", "50ms", "--duration", "600ms", "--format",
          "json",
        ])
        #expect(ending.status == 0, "\(ending.errors)")
        let readings = try ending.output.split(separator: "\n").map { try JSONValue(parsing: $0) }
        for reading in readings {
          #expect(try Schema(named: "echobench-observe/1").complaints(about: reading) == [])
        }
        #expect(readings.count >= 3)
        let moments = readings.compactMap { $0["unix_ns"]?.number }
        #expect(moments == moments.sorted() && (moments.last ?? 0) - moments[0] >= 300e6)
        let cpu = readings.compactMap { $0["server"]?["cpu_ns"]?.number }
        #expect(cpu == cpu.sorted() && cpu[0] < (cpu.last ?? 0))
      }
    }
  }

  @Test func `it ends with its input, and with the process`() async throws {
    try await withServer { address in
      let port = String(address.split(separator: ":")[1])
      let ending = try await RunningProgram.run(["observe", "--listener", port, "--until-eof"])
      #expect(ending.status == 0 && ending.output.hasPrefix("     time s  server CPUs"))
    }
    let arguments = ["observe", "--pid", "\(getpid())", "--every", "10ms"]
    try await RunningProgram.with(["server", "--backend", "epoll", "--address", "127.0.0.1:0"]) {
      server in
      _ = try await server.line()
      try await RunningProgram.with(["observe", "--pid", "\(server.id)", "--every", "10ms"]) {
        observe in
        try await eventually { observe.output.split(separator: "\n").count > 3 }
        server.signal(SIGTERM)
        let ending = try await observe.end()
        #expect(ending.status == 0)
        #expect(ending.errors.contains("process \(server.id) has ended\n"))
      }
    }
    try await RunningProgram.with(arguments) { observe in
      _ = try await observe.line()
      observe.signal(SIGTERM)
      #expect(try await observe.end().status == 0)
    }
  }

  @Test func `nobody at a port is told`() async throws {
    let ending = try await RunningProgram.run(["observe", "--listener", "1", "--duration", "1s"])
    #expect(ending.status == 1)
    #expect(ending.errors.contains("nobody is seen to listen at port 1"))
    for arguments in [
      [], ["--pid", "1", "--listener", "1"], ["--pid", "0"], ["--listener", "70000"],
      ["--pid", "1", "--until", "2020-01-01T00:00:00Z"],
    ] {
      #expect(try await RunningProgram.run(["observe"] + arguments).status == 64)
    }
  }
}
