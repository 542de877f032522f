import Foundation

@testable import EchoIO
@testable import EchoSuite

/// What the trials of a suite were off their rows by, in the order of time: real noise, with its tails
/// and with what neighbours have in common.
struct Residuals {
  /// Logarithms.
  struct Residual {
    let messagesPerSecond: Double
    let serverCPU: Double
  }

  let plan: Plan
  /// Of the plan; those that were measured have figures.
  let rows: [Summary]
  let all: [Residual]

  /// Of a suite's folder.
  init(of folder: String) throws {
    let log = try TrialLog.open(folder)
    plan = log.plan
    rows = Summary.all(plan.scenarios, log.attempts)
    var found: [(time: Double, residual: Residual)] = []
    for row in rows where row.scenario.load.verification != .off {
      let rates = row.series(.messagesPerSecond)
      let costs = row.series(.serverCPU).byRound
      let points = rates.points.compactMap { point in
        costs[point.round].flatMap { cost in
          point.value > 0 && cost > 0 ? (point.time, ln(point.value), ln(cost)) : nil
        }
      }
      guard points.count > 1 else { continue }
      let count = Double(points.count)
      let rate = points.reduce(0) { $0 + $1.1 } / count
      let cost = points.reduce(0) { $0 + $1.2 } / count
      // Off their own mean they are too near to it.
      let scale = (count / (count - 1)).squareRoot()
      found += points.map {
        (
          $0.0,
          Residual(messagesPerSecond: scale * ($0.1 - rate), serverCPU: scale * ($0.2 - cost))
        )
      }
    }
    all = found.sorted { $0.time < $1.time }.map(\.residual)
  }

  /// Draws noise for one trial after the other: stretches of the real one, each long enough to keep
  /// what neighbours have in common (Künsch, "The Jackknife and the Bootstrap for General Stationary
  /// Observations", Annals of Statistics 17, 1989).
  struct Draw {
    private let all: [Residual]
    private var random: Sampler
    private var position = 0
    private var left = 0

    /// Neighbours correlate for some ten seconds.
    private static let stretch = 40

    init(_ residuals: Residuals, seed: UInt64) {
      all = residuals.all
      random = Sampler(seed: seed)
    }

    mutating func next() -> Residual {
      if left == 0 {
        position = Int(random.uniform() * Double(all.count)) % all.count
        left = Self.stretch
      }
      defer {
        position = (position + 1) % all.count
        left -= 1
      }
      return all[position]
    }
  }
}

private func ln(_ value: Double) -> Double { Foundation.log(value) }
