import EchoIO
import Testing

@testable import EchoSuite

struct MeasurementTests {
  @Test(arguments: [(0.0, 0.0, false), (0.019, 0.09, false), (0.1, 0, true), (0, 0.11, true)])
  func `a trial is disturbed when enough of the machine went elsewhere`(
    stolen: Double, foreign: Double, isGrave: Bool
  ) throws {
    let measurement = try measurement(SimulatedLoad(stolen: stolen, foreign: foreign))
    let disturbance = try #require(measurement.disturbance)
    #expect(abs(disturbance.stolen - stolen) < 1e-6)
    #expect(abs(disturbance.foreign - foreign) < 1e-6)
    #expect(disturbance.isGrave == isGrave)
    #expect(measurement.shouldRepeat == isGrave)
  }

  @Test func `a single stolen tick does not disturb a short window`() throws {
    // Of 200 ms of CPU time a tick is a twentieth.
    #expect(try measurement(SimulatedLoad(stolen: 0.05)).disturbance?.isGrave == false)
    var long = try report(SimulatedLoad(stolen: 0.05))
    long.machine = MachineUsage(busy: 1_000_000_000, idle: 900_000_000, stolen: 100_000_000)
    #expect(try #require(Disturbance(long)).isGrave)
  }

  @Test func `CPU times beyond all bounds are added up`() throws {
    var odd = try report(SimulatedLoad())
    odd.machine?.idle = .max
    odd.cpu.userNanoseconds = .max
    odd.server?.cpuNanoseconds = .max
    #expect(try #require(Disturbance(odd)).stolen == 0)
    let measurement = Measurement(
      Trial(scenario: 0, round: 1), name: "a", attempt: 1, outcome: .ran, client: odd)
    #expect(try #require(Metric.machineIdle.value(measurement)) > 0.99)
  }

  @Test(arguments: [(1.0, false), (1.04, false), (1.2, true), (0.1, true)])
  func `a trial is disturbed when its CPU figures cover another time than its window`(
    share: Double, isGrave: Bool
  ) throws {
    var report = try report(SimulatedLoad())
    report.window.usage = UInt64(Double(report.window.duration) * share)
    let disturbance = try #require(Disturbance(report))
    #expect(disturbance.isGrave == isGrave)
  }

  @Test func `without a reading of the server nothing is called foreign`() throws {
    var report = try report(SimulatedLoad(foreign: 0.9))
    report.server = nil
    #expect(Disturbance(report) == nil)
  }

  @Test func `an invalid trial is not called disturbed`() throws {
    let wrong = try measurement(SimulatedLoad(stolen: 0.9, invalidReasons: ["a byte is wrong"]))
    #expect(wrong.disturbance == nil)
    #expect(!wrong.shouldRepeat)
  }

  @Test func `a window without messages or errors is empty`() throws {
    let load = SimulatedLoad(messagesPerSecond: 0, invalidReasons: ["nothing came back"])
    #expect(try measurement(load).isEmpty)
    #expect(try !measurement(load).shouldRepeat)
    var busy = load
    busy.stolen = 0.5
    #expect(try measurement(busy).shouldRepeat)
  }

  @Test func `a window whose connections broke is not empty`() throws {
    let trial = Trial(scenario: 0, round: 1)
    var report = try report(
      SimulatedLoad(messagesPerSecond: 0, invalidReasons: ["the server did not answer"]))
    report.counts.errors["timeout"] = 1
    let measurement = Measurement(trial, name: "a", attempt: 1, outcome: .ran, client: report)
    #expect(!measurement.isEmpty)
    #expect(!measurement.shouldRepeat)
  }

  @Test func `what did not run is not empty`() {
    let trial = Trial(scenario: 0, round: 1)
    for outcome in [Measurement.Outcome.failed(reason: "a"), .unavailable(reason: "b")] {
      let measurement = Measurement(trial, name: "a", attempt: 1, outcome: outcome)
      #expect(!measurement.isEmpty && !measurement.shouldRepeat)
    }
  }

  private func report(_ load: SimulatedLoad) throws -> ClientReport {
    .simulated(try Plan.threeServers().scenarios[0], load)
  }

  private func measurement(_ load: SimulatedLoad) throws -> Measurement {
    Measurement(
      Trial(scenario: 0, round: 1), name: "a", attempt: 1, outcome: .ran,
      client: try report(load))
  }
}
