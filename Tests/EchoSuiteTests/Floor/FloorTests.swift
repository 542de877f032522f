import EchoIO
import Foundation
import Testing

@testable import EchoSuite

struct FloorTests {
  @Test func `each figure is the median of its repetitions, with their quartiles`() {
    let floor = Floor.simulated
    #expect(floor.repetitions == 3)
    #expect(floor.systemCall == Floor.Cost(nanoseconds: 100, quartiles: [95, 115]))
    #expect(floor.emptyReceive == Floor.Cost(nanoseconds: 250, quartiles: [245, 260]))
    #expect(floor.unavailable.isEmpty)
  }

  @Test func `a server's share is half of a round trip`() {
    #expect(Floor.simulated.messages.map(\.size.bytes) == [1, 1001, 65_537])
    #expect(Floor.simulated.messages.map(\.share.nanoseconds) == [1000, 1050, 4276.8])
  }

  @Test func `what a KiB costs is the slope of the shares, in each round`() {
    // 0.05 ns for each byte; half and twice as much in the other rounds.
    #expect(Floor.simulated.perKiB.nanoseconds == 51.2)
    #expect(Floor.simulated.perKiB.quartiles == [38.4, 76.8])
  }

  @Test func `a wake-up is a hand-over without its calls, in each round`() throws {
    let (same, other) = (
      try #require(Floor.simulated.wakeUpSameCPU), try #require(Floor.simulated.wakeUpOtherCPU)
    )
    #expect(same.cpus == [0, 0])
    #expect(same.cost.nanoseconds == 1500)
    #expect(same.delay.nanoseconds == 2100)
    #expect(other.cpus == [0, 1])
    #expect(other.cost.nanoseconds == 2500)
    #expect(other.delay.nanoseconds == 10_000)
    #expect(Floor.simulated.wakeUp == 1500)
  }

  @Test func `what the machine does not permit is unavailable, with the reason`() throws {
    var readings = FloorReadings.simulated()
    readings.otherCPU = FloorReadings.HandOvers(cpus: nil, unavailable: "one CPU only")
    let floor = try #require(Floor(readings))
    #expect(floor.wakeUpOtherCPU == nil)
    #expect(floor.unavailable == [.wakeUpOtherCPU: "one CPU only"])
    #expect(floor.wakeUp == 1500)
    #expect(FloorText(floor, of: .simulated).description.contains("unavailable: one CPU only\n"))
  }

  @Test func `a wake-up that costs nothing is none`() throws {
    var readings = FloorReadings.simulated()
    readings.tokens = readings.sameCPU.nanoseconds
    let floor = try #require(Floor(readings))
    #expect(floor.wakeUpSameCPU == nil)
    #expect(floor.unavailable[.wakeUpSameCPU]?.contains("no longer than the calls alone") == true)
  }

  @Test func `a clock that stands still measures nothing`() {
    var still = FloorReadings.simulated()
    still.systemCalls = [0, 0, 0]
    #expect(Floor(still) == nil)
    var empty = FloorReadings.simulated()
    empty.roundTrips[1].nanoseconds = []
    #expect(Floor(empty) == nil)
    #expect(Floor(FloorReadings.simulated(sizes: [65_536])) == nil)
    #expect(Floor(FloorReadings.simulated(sizes: [1, 1000])) == nil)
  }

  @Test(arguments: [
    (1, 1000.0), (501, 1025), (1001, 1050), (33_269, 2663.4), (65_537, 4276.8),
    // On the line of the last two.
    (131_073, 7553.6),
  ])
  func `between and beyond the sizes a share lies on the line`(bytes: Int, share: Double) {
    #expect(abs(Floor.simulated.share(of: ByteCount(bytes)) - share) < 1e-9)
  }

  @Test func `it comes out of JSON as it went in`() throws {
    var floor = Floor.simulated
    floor.wakeUpOtherCPU = nil
    floor.unavailable = [.wakeUpOtherCPU: "one CPU only"]
    var machine = Machine.simulated
    machine.floor = floor
    let data = try JSONEncoder().encode(machine)
    #expect(try JSONDecoder().decode(Machine.self, from: data) == machine)
    #expect(machine.problem == nil)
  }

  @Test func `a machine of an earlier version has none`() throws {
    let data = try JSONEncoder().encode(Machine.simulated)
    #expect(!String(decoding: data, as: UTF8.self).contains("floor"))
    #expect(try JSONDecoder().decode(Machine.self, from: data).floor == nil)
  }

  @Test func `a floor that no machine has is told`() {
    var floors = Array(repeating: Floor.simulated, count: 6)
    floors[0].repetitions = 0
    floors[1].messages.removeLast(2)
    floors[2].messages.reverse()
    floors[3].systemCall.nanoseconds = 0
    floors[4].wakeUpSameCPU?.cost.quartiles = []
    floors[5].unavailable = [.wakeUpSameCPU: "a\u{1b}[2J"]
    for floor in floors {
      var machine = Machine.simulated
      machine.floor = floor
      #expect(machine.problem?.contains("'floor") == true)
    }
  }

  @Test func `machines do not differ by it`() {
    var (base, new) = (Machine.simulated, Machine.simulated)
    base.floor = Floor.simulated
    #expect(MachineDifference.all(base: base, new: new).isEmpty)
    new.floor = Floor.simulated
    new.floor?.systemCall.nanoseconds = 110
    new.floor?.messages.removeLast()
    #expect(MachineDifference.all(base: base, new: new).isEmpty)
    #expect(base.isComparable(with: new))
    new.network.somaxconn = 1
    #expect(MachineDifference.all(base: base, new: new).map(\.member) == ["network.somaxconn"])
  }

  @Test func `a person reads it in microseconds`() {
    let text = FloorText(.simulated, of: .simulated).description
    #expect(
      text == """
        machine             2 CPUs of Simulated CPU, virtual machine, Linux 6.1.0
        figures             CPU time: the median of 3 repetitions, and the middle half of them
        system call         0.100 µs (0.095–0.115)
        receive of nothing  0.250 µs (0.245–0.260)
        message of 1 B      1.00 µs (0.75–1.50) to receive it and send it, over loopback TCP
        message of 1001 B   1.05 µs (0.79–1.57) to receive it and send it, over loopback TCP
        message of 65537 B  4.28 µs (3.21–6.42) to receive it and send it, over loopback TCP
        each KiB of it      0.051 µs (0.038–0.077) from 1 B to 64 KiB: copied in and out of a socket
        wake-up, same CPU   1.50 µs (1.45–1.55); 2.1 µs pass until it has read
        wake-up, other CPU  2.50 µs (2.45–2.50); 10.0 µs pass until it has read

        """)
  }
}

struct FloorTimeTests {
  @Test func `a suite's floor takes a fiftieth of it, and a second at most`() throws {
    let plan = try Plan.threeServers()
    #expect(plan.floorTime(beside: .seconds(20)) == .milliseconds(400))
    #expect(plan.floorTime(beside: .seconds(180)) == Floor.usualTime)
  }
}

struct FloorLogTests {
  @Test func `a log keeps the floor that was measured before anything else`() async throws {
    try await FileTree.with([:]) { tree in
      let path = tree.root + "/suite"
      let plan = try Plan.threeServers()
      var log = try TrialLog.create(path, plan: plan, machine: .simulated)
      #expect(log.wantsFloor)
      try log.append(Floor.simulated)
      #expect(!log.wantsFloor)
      #expect(log.machine.floor == .simulated)
      let result = try await Suite.goOn(with: log, SimulatedExecutor())
      #expect(result.machine.floor == .simulated)
      #expect(try TrialLog.open(path).machine.floor == .simulated)
    }
  }

  @Test func `one that has measured already gets none of another day`() async throws {
    try await FileTree.with([:]) { tree in
      let log = try await Suite.run(
        try Plan.threeServers(), SimulatedExecutor(), in: tree.root + "/suite")
      #expect(log.machine.floor == nil)
      #expect(!log.wantsFloor)
    }
  }
}
