import EchoIO
import FoundationEssentials
import Testing

@testable import EchoSuite

struct PlanTests {
  @Test func `the same seed gives the same trials`() throws {
    #expect(try Plan.threeServers(seed: 7).trials == Plan.threeServers(seed: 7).trials)
  }

  @Test func `another seed gives another order`() throws {
    #expect(try Plan.threeServers(seed: 7).trials != Plan.threeServers(seed: 8).trials)
  }

  /// A changed order would make plans of old seeds impossible to repeat.
  @Test func `the order that a seed gives is fixed`() throws {
    let plan = try Plan.threeServers(rounds: 2, seed: 42)
    #expect(plan.trials.map(\.scenario) == [1, 3, 0, 2, 2, 3, 0, 1])
  }

  @Test func `every scenario runs once in each round`() throws {
    let plan = try Preset.reading("quick")
    let trials = Plan(plan, seed: 3).trials
    let scenarios = plan.sweep.scenarios.count
    #expect(trials.count == plan.goals.mostRounds * scenarios)
    for round in 1...plan.goals.mostRounds {
      let ofRound = trials.filter { $0.round == round }
      #expect(Set(ofRound.map(\.scenario)) == Set(0..<scenarios))
      #expect(ofRound.count == scenarios)
    }
  }

  @Test func `one round ends before the next begins`() throws {
    let rounds = Plan(try Preset.reading("quick"), seed: 3).trials.map(\.round)
    #expect(rounds == rounds.sorted())
  }

  @Test func `what is compared runs side by side`() throws {
    let plan = Plan(try Preset.reading("quick"), seed: 3)
    for round in 1...plan.rounds {
      let loads = plan.trials.filter { $0.round == round }.map { plan.scenarios[$0.scenario].load }
      let changes = zip(loads, loads.dropFirst()).count { $0 != $1 }
      #expect(changes == Set(loads).count - 1, "round \(round)")
    }
  }

  @Test func `rows that differ in idle connections alone run side by side`() throws {
    let plan = try Plan.reading(
      """
      {name: idle, rounds: 4, twin: false, engines: event, workers: 1, connections: [5, 50],
      also: [{connections: 5, idle_connections: 100}],
      servers: [{backend: libuv}, {backend: dispatch}]}
      """)
    let loads = plan.blocks.map { block in Set(block.map { plan.scenarios[$0].load }) }
    #expect(loads.map(\.count) == [2, 1])
    #expect(loads.allSatisfy { Set($0.map(\.withoutIdle)).count == 1 })
  }

  @Test func `blocks change their places, and rows those inside their block`() throws {
    let plan = Plan(try Preset.reading("quick"), seed: 3)
    let rounds = (1...plan.rounds).map { round in
      plan.trials.filter { $0.round == round }.map { plan.scenarios[$0.scenario] }
    }
    #expect(Set(rounds.map { $0[0].load }).count > 1)
    for load in Set(plan.scenarios.map(\.load)) {
      #expect(Set(rounds.map { $0.filter { $0.load == load } }).count > 1)
    }
  }

  @Test func `rounds differ in their order`() throws {
    let plan = Plan(try Preset.reading("quick"), seed: 3)
    let orders = (1...plan.rounds).map { round in
      plan.trials.filter { $0.round == round }.map(\.scenario)
    }
    #expect(Set(orders).count == plan.rounds)
  }

  @Test func `the document reads back as it was written`() throws {
    let plan = Plan(try Preset.reading("seed"), seed: .max)
    let document = try JSONEncoder().encode(plan)
    #expect(try JSONDecoder().decode(Plan.self, from: document) == plan)
  }

  @Test func `a document of another schema is refused`() throws {
    let document = String(
      decoding: try JSONEncoder().encode(try Plan.threeServers()), as: UTF8.self)
    let other = document.replacing("plan\\/2", with: "plan\\/1")
    #expect(other != document)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Plan.self, from: Data(other.utf8))
    }
  }

  @Test func `the most connections are those of the largest scenario`() throws {
    let plan = try Plan.reading(
      """
      name: many
      workers: 2
      connections: 300
      servers: [{backend: threads}]
      """)
    #expect(plan.mostConnections == 300)
  }

  @Test func `the expected time is that of the windows and of what is beside them`() throws {
    let plan = try Plan.reading(
      """
      name: mixed
      duration: 400ms
      warmup: 100ms
      twin: false
      servers:
        - backend: threads
        - {name: other, command: "other {port}"}
      """)
    #expect(plan.expectedTime(ofTrials: 0) == .seconds(0))
    // 45 ms beside one of the windows, 200 ms beside the other.
    #expect(plan.expectedTime(ofTrials: 2) == .milliseconds(1245))
    #expect(plan.expectedTime(ofTrials: 1_000_000).seconds == 622_500)
  }

  @Test func `what is counted beside the trials takes its time, once for each server and load`()
    throws
  {
    let plan = try Plan.reading(
      """
      name: mixed
      anatomy: true
      sizes: [1000, 4k]
      buffers: [4k, 64k]
      servers:
        - backend: threads
        - {name: other, command: "other {port}"}
      """)
    let scenarios = plan.anatomyScenarios
    #expect(scenarios.map(\.server.name) == ["threads", "threads", "other", "other"])
    // A backend's instructions under its first load, and two starts of each command.
    #expect(plan.expectedTime(ofAnatomies: scenarios) == .milliseconds(8900))
    #expect(plan.expectedTime(ofAnatomies: [scenarios[1]]) == .milliseconds(800))
  }
}
