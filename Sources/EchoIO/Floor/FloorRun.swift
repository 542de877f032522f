internal import Glibc

/// Measures what this machine takes at least for what every server does.
public enum FloorRun {
  /// Of the messages, in bytes: what there is to measure between the smallest one and one that no
  /// cache of a core holds. The second is the one that most suites have.
  static let sizes = [1, 1000, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20]

  /// - Parameters:
  ///   - time: about what it may take; with five rounds, which take a tenth of a second, it is never
  ///     less.
  ///   - stop: ends it.
  /// - Returns: nil when it was stopped.
  /// - Throws: `SystemError` where there is no loopback, no descriptor or no memory for it.
  public static func readings(
    within time: TimeSpan, until stop: StopSignal? = nil
  ) throws(SystemError) -> FloorReadings? {
    let bench = try FloorBench(sizes)
    var readings = bench.readings
    // TCP's windows grow in the first round, and pages come into use.
    try bench.round(&readings)
    readings = bench.readings
    let isWhole = try FloorRounds.take(within: time, until: stop) { () throws(SystemError) in
      try bench.round(&readings)
    }
    return isWhole ? readings : nil
  }
}

/// What is needed to take a round.
private final class FloorBench {
  private let pair: LoopbackPair
  private let pipe: Pipe
  private let memory: Buffer
  private let sameCPU: HandOver?
  private let otherCPU: HandOver?
  /// Without any repetition.
  let readings: FloorReadings

  init(_ sizes: [Int]) throws(SystemError) {
    pair = try LoopbackPair()
    pipe = try Pipe()
    let largest = sizes.max() ?? 1
    memory = try Buffer(2 * largest, remedy: "Stop what else uses memory.")
    // Pages that were never written to are all one page (posix_memalign gives such).
    memset(memory.base, 1, 2 * largest)
    let cpus = CPUList.allowed.cpus
    var same = FloorReadings.HandOvers(
      cpus: nil, unavailable: "the CPUs of this process are unknown")
    var other = same
    sameCPU = Self.handOver(cpus.first, cpus.first, &same)
    if cpus.count == 1 { other.unavailable = "this process may run on one CPU only" }
    otherCPU = Self.handOver(cpus.first, cpus.dropFirst().first, &other)
    readings = FloorReadings(sizes: sizes, sameCPU: same, otherCPU: other)
  }

  private static func handOver(
    _ one: UInt16?, _ two: UInt16?, _ readings: inout FloorReadings.HandOvers
  ) -> HandOver? {
    guard let one, let two else { return nil }
    do throws(SystemError) {
      let handOver = try HandOver(on: (one, two))
      readings = FloorReadings.HandOvers(cpus: [Int(one), Int(two)])
      return handOver
    } catch {
      readings.unavailable = "\(error)"
      return nil
    }
  }

  /// Takes one repetition of everything. Each is of so many operations that it lasts for about a
  /// millisecond: long beside reading the clock, and short beside a time slice.
  func round(_ readings: inout FloorReadings) throws(SystemError) {
    readings.systemCalls.append(
      try repetition(of: "getppid", 4000) { count in
        FloorLoop.systemCalls(count)
        return 0
      })
    readings.emptyReceives.append(
      try repetition(of: "recv", 2000) {
        FloorLoop.emptyReceives(pair.one.descriptor, memory.base, $0)
      })
    for index in readings.roundTrips.indices {
      let size = readings.roundTrips[index].size
      readings.roundTrips[index].nanoseconds.append(
        try repetition(of: "echo over loopback", Self.roundTrips(ofSize: size)) {
          FloorLoop.roundTrips(pair.one.descriptor, pair.other.descriptor, memory.base, size, $0)
        })
    }
    readings.tokens.append(
      try repetition(of: "pipe", 1000) {
        FloorLoop.handOvers(pipe.input, pipe.output, memory.base, $0)
      })
    Self.take(sameCPU, &readings.sameCPU)
    Self.take(otherCPU, &readings.otherCPU)
  }

  /// By what one is expected to take: 5 µs and half a nanosecond for each byte.
  private static func roundTrips(ofSize size: Int) -> Int { max(4, 2_000_000 / (10_000 + size)) }

  /// A machine that does not let two threads do that has no such figure, and all the others.
  private static func take(_ handOver: HandOver?, _ readings: inout FloorReadings.HandOvers) {
    guard let handOver, readings.unavailable == nil else { return }
    do throws(SystemError) {
      let repetition = try handOver.repetition(60)
      readings.nanoseconds.append(repetition.nanoseconds)
      readings.delays.append(repetition.delay)
    } catch {
      readings = FloorReadings.HandOvers(cpus: nil, unavailable: "\(error)")
    }
  }
}
