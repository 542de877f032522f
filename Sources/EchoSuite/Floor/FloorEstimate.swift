internal import EchoIO

extension Floor {
  /// What the repetitions of a run say; nil where one of them says nothing, as a clock that stood still
  /// would.
  init?(_ readings: FloorReadings) {
    let trips = readings.roundTrips
    guard let systemCall = Cost(readings.systemCalls),
      let emptyReceive = Cost(readings.emptyReceives),
      let smallest = trips.first,
      let large = trips.first(where: { $0.size >= Self.largestOfSlope }),
      smallest.size < large.size,
      let perKiB = Cost(Self.slopes(from: smallest, to: large))
    else { return nil }
    let messages = trips.compactMap { trip in
      // Half of it is the server's: it receives once and sends once, as the other side does.
      Cost(trip.nanoseconds.map { $0 / 2 }).map {
        Message(size: ByteCount(trip.size), share: $0)
      }
    }
    guard messages.count == trips.count else { return nil }
    self.init(
      repetitions: readings.systemCalls.count, systemCall: systemCall, emptyReceive: emptyReceive,
      messages: messages, perKiB: perKiB)
    wakeUpSameCPU = wakeUp(.wakeUpSameCPU, readings.sameCPU, readings.tokens)
    wakeUpOtherCPU = wakeUp(.wakeUpOtherCPU, readings.otherCPU, readings.tokens)
  }

  /// Larger messages do not fit the caches that are a core's own.
  private static let largestOfSlope = 64 << 10

  /// Per KiB of a message, received and sent, in each round.
  private static func slopes(
    from smallest: FloorReadings.RoundTrips, to large: FloorReadings.RoundTrips
  ) -> [Double] {
    let kibibytes = Double(large.size - smallest.size) / 1024
    return zip(smallest.nanoseconds, large.nanoseconds).map { ($1 - $0) / 2 / kibibytes }
  }

  /// A hand-over less the write and the read that are part of it, in each round.
  private mutating func wakeUp(
    _ figure: Figure, _ handOvers: FloorReadings.HandOvers, _ tokens: [Double]
  ) -> WakeUp? {
    guard let cpus = handOvers.cpus else {
      unavailable[figure] = handOvers.unavailable ?? "it was not measured"
      return nil
    }
    guard let cost = Cost(zip(handOvers.nanoseconds, tokens).map { $0 - $1 }),
      let delay = Cost(handOvers.delays)
    else {
      unavailable[figure] =
        "it took no longer than the calls alone: the machine was too busy to tell"
      return nil
    }
    return WakeUp(cpus: cpus, cost: cost, delay: delay)
  }
}

extension Floor.Cost {
  /// Nil where there are none, or they do not cost anything.
  init?(_ repetitions: [Double]) {
    guard let sample = Sample(repetitions), sample.median > 0 else { return nil }
    self.init(
      nanoseconds: Self.legible(sample.median),
      quartiles: [sample.quantile(0.25), sample.quantile(0.75)].map(Self.legible))
  }

  /// To a hundredth of a nanosecond, and never to nothing.
  private static func legible(_ nanoseconds: Double) -> Double {
    let rounded = (100 * nanoseconds).rounded() / 100
    return rounded == 0 ? nanoseconds : rounded
  }
}
