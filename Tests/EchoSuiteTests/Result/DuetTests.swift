import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// A duet whose servers are simulated.
struct DuetTests {
  private static let base = try? Scenario(nameAndCommand: "before=serve {port}", load: Load())
  private static let new = try? Scenario(nameAndCommand: "after=serve {port}", load: Load())

  private static func run(
    _ servers: SimulatedDuet, precision: Double = 0.001, seed: UInt64 = 1
  ) throws -> Duet {
    try DuetRun(servers, precision: precision, budget: .seconds(0), seed: seed).run(
      base: try #require(base), new: try #require(new)
    ).duet
  }

  @Test func `without any time left eight cycles are run`() throws {
    let duet = try Self.run(SimulatedDuet())
    #expect(duet.count(.together) == 32)
    #expect(duet.count(.itself) == 8 && duet.count(.apart) == 8)
    #expect(duet.unread == 0)
  }

  @Test func `the same costs are no regression, whatever the moment does`() throws {
    for seed in 1...20 {
      let duet = try Self.run(SimulatedDuet(seed: UInt64(seed)), seed: UInt64(seed))
      #expect(duet.outcome(beyond: 0.01) == .fine)
      #expect(abs((duet[.together].figure ?? 0) - 1) < 0.02)
    }
  }

  @Test func `costs that rose are a regression, and those that fell are none`() throws {
    let dearer = try Self.run(SimulatedDuet(cost: 1.06))
    #expect(dearer.ratioVerdict == .worse)
    #expect(dearer.outcome(beyond: 0.01) == .regression)
    #expect(dearer.outcome(beyond: 0.10) == .fine)
    let report = DuetReport(dearer, threshold: 0.01, seed: 1).markdown
    #expect(
      report.hasPrefix("# after against before, at the same moment\n\n**worse, beyond 1 %**: "))
    #expect(report.contains("| before beside itself |     8 |"))
    let cheaper = try Self.run(SimulatedDuet(cost: 0.94))
    #expect(cheaper.ratioVerdict == .better)
    #expect(cheaper.outcome(beyond: 0.01) == .fine)
  }

  @Test func `a ratio that is another one after the other is not used`() throws {
    var servers = SimulatedDuet(cost: 1.3)
    servers.costApart = 1
    let duet = try Self.run(servers)
    #expect(duet.agreesWithItself && !duet.agreesWithOthers)
    #expect(duet.outcome(beyond: 0.01) == .doubtful)
    #expect(DuetReport(duet, threshold: 0.01, seed: 1).markdown.contains("**Not used**"))
  }

  @Test func `more both ways is a regression, though not by how much`() throws {
    var servers = SimulatedDuet(cost: 1.3)
    servers.costApart = 1.15
    let duet = try Self.run(servers)
    #expect(duet.agreesWithItself && !duet.agreesWithOthers)
    #expect(duet.outcome(beyond: 0.01) == .regression)
    #expect(duet.outcome(beyond: 0.2) == .doubtful)
    let report = DuetReport(duet, threshold: 0.01, seed: 1).markdown
    #expect(report.contains("**worse, beyond 1 %**: a message costs after more CPU time than"))
    #expect(report.contains("How much more is not known: at the same moment the ratio is another"))
    servers.costApart = 0.85
    #expect(try Self.run(servers).outcome(beyond: 0.01) == .doubtful)
  }

  @Test func `a base that differs from itself is not used`() throws {
    var duet = try Self.run(SimulatedDuet())
    let base = try #require(Self.base)
    for _ in 0..<40 {
      let servers = SimulatedDuet(cost: 1.5)
      let new = try #require(Self.new)
      let pair = try servers.run(together: [base, new], seed: 1)
      duet.append(.itself, base: pair[0], new: pair[1])
    }
    #expect(!duet.agreesWithItself)
    #expect(duet.outcome(beyond: 0.01) == .doubtful)
  }

  @Test func `windows of different moments are left out`() throws {
    var servers = SimulatedDuet()
    servers.delay = 11_000_000  // of a window of 100 ms
    let duet = try Self.run(servers)
    #expect(duet.unread == 40 && duet.count(.together) == 0)
    #expect(duet.count(.apart) == 8)
    #expect(duet.outcome(beyond: 0.01) == .doubtful)
    servers.delay = 9_000_000
    #expect(try Self.run(servers).unread == 0)
  }

  @Test func `a wrong server ends it`() throws {
    var servers = SimulatedDuet()
    servers.wrong = "after"
    let duet = try Self.run(servers)
    #expect(duet.outcome(beyond: 0.01) == .invalid)
    #expect(
      DuetReport(duet, threshold: 0.01, seed: 1).markdown.contains("**INVALID**: other bytes."))
  }

  @Test func `what fails three times is told`() throws {
    var servers = SimulatedDuet()
    servers.fails = true
    let error = #expect(throws: DuetFailure.self) { try Self.run(servers) }
    #expect(error?.description == "'after' is not there")
  }

  @Test(arguments: [
    ("after", "must be a name, '=' and a command"),
    ("after=serve", "is not usable: the command must have {address} or {port} in it"),
    ("after=serve {port} {buffer_size}", "must have its buffer size in it"),
  ])
  func `a server that cannot be one is told why`(text: String, rule: String) {
    let error = #expect(throws: UnitError.self) {
      try Scenario(nameAndCommand: text, load: Load())
    }
    #expect(error?.description.contains(rule) == true, "\(error?.description ?? "")")
  }
}

/// Servers at the same moment, without processes. The moment changes what both cost, each pair's
/// anew; each window has some noise of its own.
private struct SimulatedDuet: DuetExecutor {
  /// What `after` costs, as a share of `before`.
  var cost = 1.0
  /// The same where it runs alone.
  var costApart: Double?
  /// Of the second window, in nanoseconds.
  var delay: UInt64 = 0
  var wrong: String?
  var fails = false
  let seed: UInt64

  init(cost: Double = 1, seed: UInt64 = 1) {
    self.cost = cost
    self.seed = seed
  }

  func run(together scenarios: [Scenario], seed: UInt64) throws -> [EchoSuite.Measurement] {
    if fails { throw DuetFailure("'after' is not there") }
    var random = Sampler(seed: self.seed ^ seed)
    let moment = 0.15 * random.normal()
    return scenarios.enumerated().map { index, scenario in
      let name = scenario.server.name
      let share = scenarios.count == 1 ? costApart ?? cost : cost
      var load = SimulatedLoad()
      load.serverCPUNanoseconds =
        8000 * (name == "after" ? share : 1) * exp(moment + 0.02 * random.normal())
      if name == wrong { load.invalidReasons = ["other bytes"] }
      let call = SimulatedExecutor.Call(
        trial: Trial(scenario: index, round: 1), server: name, attempt: 1)
      var measurement = EchoSuite.Measurement.simulated(call, scenario, load)
      measurement.client?.window.startUnix += UInt64(index) * delay
      return measurement
    }
  }
}
