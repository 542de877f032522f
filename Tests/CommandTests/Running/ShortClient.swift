import Testing

/// A client whose run is over when there is something to report, however busy the machine is.
enum ShortClient {
  static func run(
    _ address: String, _ arguments: [String] = []
  ) async throws -> RunningProgram.Ending {
    let short = ["--workers", "2", "--messages", "100", "--warmup", "10ms"]
    return try await RunningProgram.run(["client", "--address", address] + short + arguments)
  }
}

extension RunningProgram.Ending {
  /// The report of a client on standard output, held against its schema.
  func report() throws -> JSONValue {
    #expect(output.hasSuffix("}\n"))
    let report = try JSONValue(parsing: output)
    #expect(try Schema(named: "echobench-client/1").complaints(about: report) == [])
    return report
  }
}
