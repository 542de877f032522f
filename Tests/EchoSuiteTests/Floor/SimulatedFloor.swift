@testable import EchoIO
@testable import EchoSuite

extension FloorReadings {
  /// Three rounds of round numbers: a system call takes 100 ns, a receive of nothing 250, a message 1000
  /// and 0.05 for each byte beyond the first, a wake-up 1500 ns or 2500.
  static func simulated(sizes: [Int] = [1, 1001, 65_537]) -> FloorReadings {
    var readings = FloorReadings(
      sizes: sizes, sameCPU: HandOvers(cpus: [0, 0]), otherCPU: HandOvers(cpus: [0, 1]))
    readings.systemCalls = [90, 130, 100]
    readings.emptyReceives = [250, 240, 270]
    for index in readings.roundTrips.indices {
      let share = 1000 + 0.05 * Double(readings.roundTrips[index].size - 1)
      readings.roundTrips[index].nanoseconds = [2 * share, 4 * share, share]
    }
    readings.tokens = [500, 700, 400]
    readings.sameCPU.nanoseconds = [2000, 2300, 1800]
    readings.sameCPU.delays = [2100, 2400, 1900]
    readings.otherCPU.nanoseconds = [3000, 3200, 2800]
    readings.otherCPU.delays = [9000, 11_000, 10_000]
    return readings
  }
}

extension Floor {
  static let simulated = Floor(.simulated())!
}
