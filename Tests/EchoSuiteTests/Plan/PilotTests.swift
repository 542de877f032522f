import EchoIO
import FoundationEssentials
import Testing

@testable import EchoSuite

/// Rates as parts of what the slowest server reaches.
struct PilotTests {
  private static let text = """
    name: parts
    rates: [80%, 20%, closed]
    sizes: [1000, 4k]
    event_workers: 1
    servers:
      - backend: threads
      - backend: libuv
      - {backend: dispatch, verify: ["off", full]}
    """

  private func file(_ text: String = text) throws -> SuiteFile {
    try SuiteFileReader.read(text, file: "parts.yaml")
  }

  /// Messages/s by the server; what has none cannot run.
  private func pilot(
    _ file: SuiteFile, _ rates: [String: Double], _ executor: SimulatedExecutor? = nil
  ) async throws -> Pilot {
    try await Pilot(
      of: file,
      by: executor
        ?? SimulatedExecutor { call, scenario in
          guard let rate = rates[call.server] else {
            return .simulated(call, scenario, .failed(reason: "\(call.server) ended"))
          }
          // The median is what counts.
          let pace = [1, 0.1, 5][call.trial.round - 1]
          return .simulated(call, scenario, SimulatedLoad(messagesPerSecond: rate * pace))
        })
  }

  @Test func `a percentage is kept as a part until it is known what of`() throws {
    let sweep = try file().sweep
    #expect(sweep.hasRateParts)
    #expect(sweep.loads.map(\.rate) == [800_000, 200_000, nil, 800_000, 200_000, nil])
    #expect(sweep.piloted.loads.map(\.size.bytes) == [1000, 4096])
    let scenarios = sweep.piloted.scenarios
    #expect(scenarios.map(\.server.name).count == 6)
    #expect(
      scenarios.allSatisfy { $0.load.rate == nil && $0.load.verification == .full && !$0.isTwin })
    #expect(scenarios.allSatisfy { $0.load.engine == .event })
    #expect(try !file("{name: a, rates: 1k, servers: [{backend: threads}]}").sweep.hasRateParts)
  }

  @Test(arguments: [
    ("[20%, 5k]", "'rates' must all be messages per second, or all percentages"),
    ("[120%]", "'rates' must be above 0% and at most 100%, got '120%'"),
    ("[20%, 20 %]", "'rates' must have each value once, got '20 %' again"),
    ("[x%]", "'rates' must be a percentage"),
  ])
  func `a slip is an error with its place`(rates: String, message: String) {
    let error = #expect(throws: SuiteFileError.self) {
      try file("name: a\nrates: \(rates)\nservers: [{backend: threads}]")
    }
    #expect(error?.line == 2)
    #expect(error?.reason.hasPrefix(message) == true, "\(error?.reason ?? "")")
  }

  @Test func `all servers have the same rates, parts of what the slowest reaches`() async throws {
    let file = try file()
    let pilot = try await pilot(file, ["threads": 90_000, "libuv": 41_234, "dispatch": 60_000])
    let plan = Plan(try file.paced(by: pilot), seed: 1)
    #expect(plan.problem == nil)
    #expect(Set(plan.scenarios.map(\.load.rate)) == [33_000, 8200, nil])
    let bySlowest = try #require(plan.pilot?.loads[0])
    #expect(bySlowest.slowest?.server.name == "libuv")
    #expect(bySlowest.slowest?.messagesPerSecond == 41_234)
    #expect(bySlowest.rates.map(\.part) == [0.2, 0.8])
    #expect(bySlowest.rates.map(\.rate) == [8200, 33_000])
    #expect(
      pilot.lines.first
        == "libuv reaches 41,234/s under 1000 B, event, the least of 3 servers: rates are 8,200/s,"
        + " 33,000/s")
  }

  @Test func `what cannot run is left out, and said`() async throws {
    let file = try file()
    let pilot = try await pilot(file, ["threads": 90_000, "dispatch": 60_000])
    #expect(pilot.loads[0].slowest?.server.name == "dispatch")
    #expect(pilot.loads[0].measured == 2)
    #expect(pilot.lines.first == "libuv is left out under 1000 B, event: libuv ended")
  }

  @Test func `a server that is wrong in a window is left out`() async throws {
    let executor = SimulatedExecutor { call, scenario in
      let isWrong = call.server == "libuv" && call.trial.round == 2
      return .simulated(
        call, scenario, SimulatedLoad(invalidReasons: isWrong ? ["it swaps replies"] : []))
    }
    let pilot = try await pilot(try file(), [:], executor)
    #expect(pilot.loads[0].servers.map(\.reason) == [nil, "it swaps replies", nil])
    #expect(executor.calls.count == Pilot.trials(of: try file()))
  }

  @Test func `what is unavailable is tried once`() async throws {
    let executor = SimulatedExecutor { call, scenario in
      call.server == "libuv"
        ? .simulated(call, scenario, .unavailable(reason: "no libuv"))
        : .simulated(call, scenario, SimulatedLoad())
    }
    let pilot = try await pilot(try file(), [:], executor)
    #expect(executor.calls.count { $0.server == "libuv" } == pilot.loads.count)
    #expect(pilot.loads[0].servers[1].reason == "no libuv")
  }

  @Test func `without a server that runs there is no rate`() async throws {
    let file = try file()
    let pilot = try await pilot(file, [:])
    let error = #expect(throws: Pilot.Failure.self) { try file.paced(by: pilot) }
    #expect(
      error?.description.hasPrefix(
        "no server answers under 1000 B, event, so that there is nothing for 'rates' to be a part of"
          + " (threads: threads ended; libuv") == true, "\(error?.description ?? "")")
  }

  @Test func `two parts that come to one rate are an error`() async throws {
    let file = try file("{name: a, rates: [20%, 20.1%], servers: [{backend: threads}]}")
    let pilot = try await pilot(file, ["threads": 10_000])
    let error = #expect(throws: Pilot.Failure.self) { try file.paced(by: pilot) }
    #expect(
      error?.description
        == "two of the 'rates' are the same under 1000 B, 5 workers, event, 2,000/s: 20 % and 20.1 %"
        + " of what threads reaches. Leave one out")
  }

  @Test(arguments: [
    (41_234.0, 41_000), (8246.8, 8200), (99.4, 99), (99.6, 100), (995, 1000), (7.4, 7), (0.2, 1),
    (1_234_567, 1_200_000),
  ])
  func `a rate has two significant digits`(found: Double, rate: Int) {
    #expect(Pilot.Found.rate(found) == rate)
  }

  @Test func `a plan keeps what the pilot found, and the same file gives it again`() async throws {
    let file = try file()
    let pilot = try await pilot(
      file, ["threads": 90_001.25, "libuv": 41_234.5, "dispatch": 60_000])
    let plan = Plan(try file.paced(by: pilot), seed: 1)
    let read = try JSONDocument.decode(Plan.self, from: JSONEncoder().encode(plan))
    #expect(read == plan)
    #expect(Plan(try file.paced(by: try #require(read.pilot)), seed: 1) == plan)
    let other = try self.file(Self.text.replacing("4k", with: "8k"))
    #expect(throws: Pilot.Failure.self) { try other.paced(by: pilot) }
  }

  @Test func `the report says what the rates are parts of`() async throws {
    let file = try file("{name: a, rates: [20%, 80%], rounds: 1, servers: [{backend: threads}]}")
    let paced = try file.paced(by: try await pilot(file, ["threads": 41_234]))
    let result = try await SuiteResult.simulating(Plan(paced, seed: 1), SimulatedExecutor())
    let text = Document(result).markdown
    #expect(
      text.contains(
        "**Rate**: 8,200/s is 20 %, 33,000/s is 80 % of the 41,234/s that `threads` reached in a"
          + " closed loop, the least of 1 server, before the suite began."), "\(text)")
    #expect(try ReportFormat.json.render(result).contains("\"messages_per_second\" : 41234"))
  }

  @Test(arguments: [
    ("\"parts\":[0.2", "\"parts\":[2", "pilot: a part must be above 0 and at most 1, got 2.0"),
    (
      "\"name\":\"libuv\",\"mess", "\"name\":\"\",\"mess", "pilot: 'name' must not be empty, got ''"
    ),
    (
      "41234", "51234",
      "pilot: it does not give the rate of 'threads, 64k buffer, 1000 B, 33,000/s, event'"
    ),
    ("41234", "-1", "pilot: 'messages_per_second' must be above 0, got -1.0"),
  ])
  func `a pilot that cannot be is a problem of the plan`(
    from: String, to: String, problem: String
  ) async throws {
    let file = try file()
    let pilot = try await pilot(file, ["threads": 90_000, "libuv": 41_234, "dispatch": 60_000])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(
      decoding: try encoder.encode(Plan(try file.paced(by: pilot), seed: 1)), as: UTF8.self)
    var bent = text
    bent = bent.replacing(
      "\"messages_per_second\":41234,\"name\":\"libuv\"",
      with: "\"name\":\"libuv\",\"messages_per_second\":41234")
    #expect(bent != text)
    let wrong = bent.replacing(from, with: to)
    #expect(wrong != bent)
    let plan = try JSONDocument.decode(Plan.self, from: Data(wrong.utf8))
    #expect(plan.problem == problem)
  }
}
