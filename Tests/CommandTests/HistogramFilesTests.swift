import Foundation
import Testing

@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct HistogramFilesTests {
  @Test(.enabled(if: IndependentReader.python != nil, IndependentReader.absence))
  func `an independent reader finds the counts of the report in its files`() async throws {
    try await withServer { address in
      try await TemporaryFolder.with { folder in
        let (hdr, hlog) = ("\(folder.path)/a.hgrm", "\(folder.path)/a.hlog")
        let report = try await report(
          address, ["--messages", "2000", "--hdr", hdr, "--hlog", hlog])
        let encoded = try #require(report["latency"]?["hdr_v2"]?.string)
        let lines = try await IndependentReader.log(hlog, holding: [encoded])
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line["tag"] == .string("service_time"))
        #expect(line["count"] == .number(4000))
        #expect(line["is_same"] == .bool(true))
        let window = try #require(report["window"])
        let start = try #require(window["start_unix_ns"]?.number) / 1e9
        let duration = try #require(window["duration_ns"]?.number) / 1e9
        #expect(abs(try #require(line["start"]?.number) - start) < 0.002)
        #expect(abs(try #require(line["end"]?.number) - start - duration) < 0.003)
        let complaints = try await IndependentReader.complaints(about: hdr, encoded: encoded)
        #expect(complaints == .array([]))
      }
    }
  }

  @Test(arguments: ["--hdr", "--hlog"])
  func `a file that cannot be written is refused before the run`(option: String) async throws {
    let server = try OverlongServer(answers: false)
    let path = "/dev/null/a"
    let ending = try await RunningProgram.run([
      "client", "--address", server.address, "--format", "json", option, path,
    ])
    #expect(ending.status == 1)
    let error = "write \(path): Not a directory. Choose another file with \(option)."
    #expect(try JSONValue(parsing: ending.output)["error"] == .string(error))
    #expect(ending.errors.contains("echobench: \(error)\n"))
  }

  @Test func `a run that is no measurement leaves the file of an earlier one`() async throws {
    let server = try OverlongServer()
    try await TemporaryFolder.with { folder in
      try folder.write("of yesterday", to: "a.hgrm")
      let path = "\(folder.path)/a.hgrm"
      let ending = try await RunningProgram.run([
        "client", "--address", server.address, "--workers", "1", "--hdr", path,
      ])
      #expect(ending.status == 3)
      #expect(ending.errors.contains("\(path) is not written: there are no latencies\n"))
      #expect(folder.read("a.hgrm") == "of yesterday")
    }
  }

  private func report(_ address: String, _ arguments: [String]) async throws -> JSONValue {
    let ending = try await RunningProgram.run(
      ["client", "--address", address, "--workers", "2", "--warmup", "10ms", "--format", "json"]
        + arguments)
    #expect(ending.status == 0, "\(ending.errors)")
    let report = try JSONValue(parsing: ending.output)
    #expect(try Schema(named: "echobench-client/1").complaints(about: report) == [])
    return report
  }
}
