import EchoIO
import Foundation
import Laws
import Testing

@testable import EchoSuite

/// What a comparison says does not depend on which of the two is called new, nor on the unit.
struct VerdictLawTests {
  @Test func `swapping the two sides mirrors every verdict`() throws {
    try forAll(300) {
      $0.pairs()
    } holds: { pairs in
      for better in [Verdict.Better.higher, .lower] {
        let forth = Comparison.all(of: pairs.map { ($0, $1) }, better: better, looks: Looks())
        let back = Comparison.all(of: pairs.map { ($1, $0) }, better: better, looks: Looks())
        for (one, other) in zip(forth, back) { try checkMirrored(one, other) }
      }
    }
  }

  @Test func `doubling every figure changes no verdict`() throws {
    try forAll(300) {
      ($0.pairs(), factor: $0.one(of: [0.5, 2, 1024]))
    } holds: { pairs, factor in
      let looks = Looks()
      let once = Comparison.all(of: pairs.map { ($0, $1) }, better: .higher, looks: looks)
      let twice = Comparison.all(
        of: pairs.map { ($0.scaled(by: factor), $1.scaled(by: factor)) }, better: .higher,
        looks: looks)
      for (one, other) in zip(once, twice) {
        try checkSame(one?.verdict, other?.verdict)
        try holdEqual(one?.rounds, other?.rounds, "rounds")
        try checkNear(one?.value, other?.value)
      }
      let rows = pairs.flatMap { [$0, $1] }
      for (one, other) in zip(
        Estimate.all(of: rows), Estimate.all(of: rows.map { $0.scaled(by: factor) }))
      {
        try checkNear((one?.value).map { $0 * factor }, other?.value)
        try checkNear(one?.precision, other?.precision)
      }
    }
  }

  /// How far ratios vary is learnt from all of them; what they are is not.
  @Test func `another server changes no ratio of the others`() throws {
    try forAll(300) {
      ($0.pairs(), $0.pairs())
    } holds: { pairs, others in
      let few = pairs.map { RoundPairs(new: $0.byRound, base: $1.byRound) }
      let more = others.map { RoundPairs(new: $0.byRound, base: $1.byRound) }
      let alone = LogEstimate.ratios(of: few)
      let beside = LogEstimate.ratios(of: few + more)
      for (one, other) in zip(alone, beside) {
        try holdEqual(other.centre, one.centre)
        try holdEqual(
          [other.count, other.zeros, other.infinities], [one.count, one.zeros, one.infinities])
      }
    }
  }

  /// The same through a plan, trials and summaries: only the order of the servers differs.
  @Test func `two servers that change places in the plan change sides in the result`() async throws
  {
    try await forAllSeeds(15) { draw in
      let (speed, noise, seed) = (draw.double(0.7...1.4), draw.double(0.005...0.08), draw.next())
      func comparisons(_ servers: [String]) async throws -> [ScenarioComparison] {
        let plan = try Plan.reading(
          """
          name: swapped
          rounds: 12
          twin: false
          engines: [blocking, event]
          sizes: [1000, 64k]
          servers: [\(servers.map { "{backend: \($0)}" }.joined(separator: ", "))]
          """)
        let executor = SimulatedExecutor { call, scenario in
          // Of the trial, wherever it stands in the plan.
          let name = "\(scenario.name) \(call.trial.round)"
          var random = Sampler(seed: name.utf8.reduce(seed) { $0 &* 31 &+ UInt64($1) })
          var load = SimulatedLoad()
          load.messagesPerSecond = 40_000 * exp(noise * random.normal())
          if call.server == "epoll" { load.messagesPerSecond *= speed }
          return .simulated(call, scenario, load)
        }
        return try await SuiteResult.simulating(plan, executor).comparisons
      }
      let forth = try await comparisons(["threads", "epoll"])
      let back = try await comparisons(["epoll", "threads"])
      try holdEqual(forth.count, 4)
      for (one, other) in zip(forth, back) {
        try holdEqual(one.summary.scenario, other.reference.scenario)
        try checkMirrored(one[.messagesPerSecond], other[.messagesPerSecond])
      }
    }
  }

  private func checkMirrored(_ one: Comparison?, _ other: Comparison?) throws {
    let mirrored: Verdict? =
      switch other?.verdict {
      case .better: .worse
      case .worse: .better
      case let same: same
      }
    try checkSame(one?.verdict, mirrored)
    try holdEqual(one?.rounds, other?.rounds, "rounds")
    // Where the base stalled there is no ratio, and where the other did it is 0.
    guard let value = one?.value, value > 0 else {
      return try hold((other?.value ?? 0) == 0, "the ratio is \(other?.value as Any)")
    }
    try checkNear(value, other?.value.map { 1 / $0 })
    try checkNear(one?.interval?.lower, (other?.interval?.upper).map { 1 / $0 })
  }

  private func checkSame(_ one: Verdict?, _ other: Verdict?) throws {
    try holdEqual(one?.word, other?.word, "the verdict")
    try checkNear(one?.bound, other?.bound)
  }

  /// But for rounding.
  private func checkNear(_ one: Double?, _ other: Double?) throws {
    guard let one, let other else {
      return try hold(one == nil && other == nil, "\(one as Any), not \(other as Any)")
    }
    try hold(abs(one - other) <= 1e-9 * max(1, abs(one)), "\(one), and not \(other)")
  }
}

extension Series {
  fileprivate func scaled(by factor: Double) -> Series {
    Series(points: points.map { Point(round: $0.round, time: $0.time, value: $0.value * factor) })
  }
}

extension Draw {
  /// Rows and those that they are compared with: near to each other or not, steady or not, with rounds
  /// that are missing, and rounds that stalled.
  fileprivate mutating func pairs() -> [(new: Series, base: Series)] {
    let rounds = int(1...30)
    return list(1...5) { draw in
      let (ratio, noise) = (draw.double(-0.4...0.4), draw.double(0.001...0.2))
      let stalls = draw.chance(30) ? draw.int(1...40) : 0
      func series(_ centre: Double) -> Series {
        Series(
          points: (1...rounds).compactMap { round in
            if draw.chance(5) { return nil }
            let value = draw.chance(stalls) ? 0 : exp(centre + draw.double(-noise...noise))
            return Series.Point(
              round: round, time: Double(round) + draw.double(0...0.5), value: value)
          })
      }
      let base = draw.double(-5...12)
      return (series(base + ratio), series(base))
    }
  }
}
