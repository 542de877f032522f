import EchoIO
import Foundation
import Laws

@testable import EchoSuite

/// A suite that never ran, of servers that have something to be compared by each figure that there is. What a
/// trial gives depends on its server, load, round and attempt, and not on where these stand in the plan.
struct ComparedSuite {
  /// By a server's name, what its speeds are multiplied by.
  var speeds: [String: Double]
  /// How far logarithms of figures are from their middle, at most.
  var noise: Double
  /// Of a hundred trials, those in which nothing comes back, and those that fail at first.
  var stalls = 0
  var failures = 0
  /// Servers that do not echo what they are sent, and those that do not run.
  var wrong: Set<String> = []
  var absent: Set<String> = []
  let seed: UInt64

  /// How messages are paced: each is compared by other figures.
  enum Pace: CaseIterable {
    case closed, open, searched

    var keys: String {
      switch self {
      case .closed: "rates: closed"
      case .open: "rates: 20k"
      case .searched: "find_rate: 'p99<1ms'"
      }
    }
  }

  static func plan(
    _ servers: [String], _ goals: String, _ paces: [Pace] = Pace.allCases, twin: Bool = false
  ) throws -> Plan {
    let commands = servers.map { "{name: \($0), command: 'serve-\($0) {port}'}" }
    let others = paces.dropFirst().map { "{\($0.keys)}" }
    return try Plan.reading(
      """
      name: compared
      \(goals)
      event_workers: 1
      twin: \(twin)
      servers: [\(commands.joined(separator: ", "))]
      \(paces[0].keys)
      \(others.isEmpty ? "" : "also: [\(others.joined(separator: ", "))]")
      """)
  }

  /// What a plan's own schedule asks for, until it asks for nothing.
  func run(_ plan: Plan) throws -> [EchoSuite.Measurement] {
    let schedule = plan.schedule
    var attempts = Attempts()
    while let trial = schedule.next(given: attempts) {
      attempts.append(try measurement(trial, attempt: attempts.count(of: trial) + 1, of: plan))
    }
    return attempts.measurements
  }

  /// The same trials, where the same scenarios stand at other places.
  func again(
    _ measurements: [EchoSuite.Measurement], of plan: Plan, in other: Plan
  ) throws -> [EchoSuite.Measurement] {
    let places = Dictionary(uniqueKeysWithValues: zip(other.scenarios, other.scenarios.indices))
    return try measurements.map { measurement in
      let place = places[plan.scenarios[measurement.scenario]] ?? 0
      return try self.measurement(
        Trial(scenario: place, round: measurement.round), attempt: measurement.attempt, of: other)
    }
  }

  private func measurement(
    _ trial: Trial, attempt: Int, of plan: Plan
  ) throws -> EchoSuite.Measurement {
    let scenario = plan.scenarios[trial.scenario]
    let server = scenario.server.name
    let call = SimulatedExecutor.Call(trial: trial, server: server, attempt: attempt)
    let words = "\(scenario.name), round \(trial.round), attempt \(attempt)"
    var random = Draw(seed: words.utf8.reduce(seed) { $0 &* 31 &+ UInt64($1) })
    var measurement = try result(call, scenario, &random)
    // Eighths of a second add up to the same in any order.
    measurement.tookNanoseconds = 125_000_000 * UInt64(random.int(1...8))
    measurement.client?.window.startUnix +=
      UInt64(trial.round) * 3_000_000_000 + UInt64(random.int(0...1_000_000_000))
    return measurement
  }

  private func result(
    _ call: SimulatedExecutor.Call, _ scenario: Scenario, _ random: inout Draw
  ) throws -> EchoSuite.Measurement {
    if absent.contains(call.server) || (call.attempt == 1 && random.chance(failures)) {
      return .simulated(call, scenario, .failed(reason: "'\(call.server)' did not listen"))
    }
    let isStalled = random.chance(stalls)
    let speed = (speeds[call.server] ?? 1) * exp(random.double(-noise...noise))
    var measurement: EchoSuite.Measurement
    if wrong.contains(call.server) {
      let load = SimulatedLoad(invalidReasons: ["the server returned other bytes"])
      measurement = .simulated(call, scenario, load)
    } else if scenario.load.findRate != nil {
      measurement = try .simulated(
        call, scenario, found: isStalled ? nil : Int(20_000 * speed))
    } else if isStalled {
      let nothing = SimulatedLoad(
        messagesPerSecond: 0, invalidReasons: ["no message came back within the window"])
      measurement = .simulated(call, scenario, nothing)
    } else {
      measurement = .simulated(call, scenario, SimulatedLoad(messagesPerSecond: 40_000 * speed))
    }
    let each = 8000 / (speeds[call.server] ?? 1) * exp(random.double(-noise...noise))
    let messages = Double(measurement.client?.counts.completed ?? 0)
    measurement.client?.server?.cpuNanoseconds = UInt64(messages * each)
    return measurement
  }
}

extension Draw {
  /// Of servers that are alike, nearly so, or far from each other.
  mutating func comparedSuite(_ servers: [String]) -> ComparedSuite {
    let spread = one(of: [0, 0.01, 0.05, 0.4])
    let speeds = servers.map { ($0, exp(double(-spread...spread))) }
    return ComparedSuite(
      speeds: Dictionary(uniqueKeysWithValues: speeds), noise: double(0.002...0.15),
      stalls: chance(30) ? int(1...15) : 0, failures: chance(30) ? int(1...5) : 0, seed: next())
  }

  mutating func fixedRounds() -> String { "rounds: \(int(8...14))" }

  mutating func adaptiveRounds() -> String {
    "precision: \(int(1...6))%\nmin_rounds: \(int(2...8))\nmax_rounds: \(int(9...16))"
  }
}

extension EchoSuite.Measurement {
  /// The same, each figure so many times as large; a power of two, so that none is rounded.
  func scaled(by factor: UInt64) -> EchoSuite.Measurement {
    var scaled = self
    scaled.client?.multiply(by: factor)
    if let rate = search?.rate { scaled.search?.rate = rate * Int(factor) }
    return scaled
  }
}

extension ClientReport {
  fileprivate mutating func multiply(by factor: UInt64) {
    throughput.messagesPerSecond = throughput.messagesPerSecond.map { $0 * Double(factor) }
    throughput.bytesPerSecond = throughput.bytesPerSecond.map { $0 * Double(factor) }
    latency.percentiles = latency.percentiles.mapValues { $0.map { $0 * factor } }
    let service = service?.percentiles.mapValues { $0.map { $0 * factor } }
    if let service { self.service?.percentiles = service }
    cpu = CPUTime(
      userNanoseconds: cpu.userNanoseconds * factor,
      systemNanoseconds: cpu.systemNanoseconds * factor)
    server?.cpuNanoseconds *= factor
    server?.userNanoseconds *= factor
    server?.systemNanoseconds *= factor
  }
}
