import EchoIO
import Foundation
import Testing

/// A server in a process that may have little.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct ServerLimitsTests {
  private static let backends = Backends.all.filter { $0.unavailability == nil }.map { $0.name }

  private func server(_ backend: String, _ more: String...) -> [String] {
    ["server", "--backend", backend, "--address", "127.0.0.1:0"] + more
  }

  @Test(arguments: backends)
  func `a server that ran out of descriptors accepts again`(backend: String) async throws {
    try await RunningProgram.with(server(backend), after: "ulimit -n 40") { server in
      let words = try await server.line().split(separator: " ")
      let client = ["client", "--address", String(words[2]), "--warmup", "0", "--format", "json"]
      let many = try await RunningProgram.run(
        client + ["--connections", "80", "--engine", "event", "--duration", "100ms"])
      let served = try JSONValue(parsing: many.output)["connections"]?["served"]?.number
      #expect(try #require(served) < 80)
      let one = try await RunningProgram.run(client + ["--workers", "1", "--messages", "1"])
      #expect(one.status == 0, "\(one.output) \(one.errors)")
      server.signal(SIGTERM)
      #expect(try await server.end().status == 0)
    }
  }

  @Test(arguments: backends, 4...8)
  func `with hardly a descriptor a server serves and stops, or says why not`(
    backend: String, descriptors: Int
  ) async throws {
    let limit = "ulimit -n \(descriptors)"
    try await RunningProgram.with(server(backend), after: limit) { server in
      try await eventually { server.output.contains("\n") || !server.isRunning }
      server.signal(SIGTERM)
      let ending = try await server.end()
      if ending.output.hasPrefix("listening on ") {
        #expect(ending.status == 0, "\(ending.errors)")
      } else {
        #expect(ending.status == 1)
        #expect(ending.output == "")
        #expect(
          ending.errors.hasSuffix(
            ": Too many open files. Allow this process more descriptors (ulimit -n), or ask for"
              + " less.\n"))
      }
    }
  }

  @Test(arguments: backends)
  func `what cannot be had is said instead of that the server listens`(
    backend: String
  ) async throws {
    // Its address space is the program, a few buffers and a few stacks.
    let limit = "ulimit -v 1000000"
    for options in [["--buffer-size", "16G"], ["--threads", "1000"]] {
      let ending = try await RunningProgram.run(server(backend) + options, after: limit)
      #expect(ending.status == 1)
      #expect(ending.output == "")
      let complaint = ending.errors.split(separator: "\n").last ?? ""
      #expect(
        [
          "Error: allocate 16 GiB: Cannot allocate memory. Give a smaller --buffer-size, or fewer"
            + " --threads.",
          "Error: pthread_create: Resource temporarily unavailable. Ask for fewer threads or"
            + " connections.",
        ].contains(String(complaint)), "\(ending.errors)")
    }
  }
}
