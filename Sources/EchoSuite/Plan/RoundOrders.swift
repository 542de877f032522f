internal import EchoIO

/// The order of each round, from the first on and without end: drawn from a plan's seed, so that the
/// same plan gives the same orders.
///
/// Rows that are compared with each other, those of the same load but for idle connections, form a block. A round shuffles
/// the blocks and the rows inside each: what is compared runs within seconds, where the speed of the
/// machine is nearly the same, and no row always runs after the same other.
struct RoundOrders: Sequence, IteratorProtocol {
  private let blocks: [[Int]]
  private var random: SplitMix64

  init(_ plan: Plan) {
    blocks = plan.blocks
    random = SplitMix64(seed: plan.seed)
  }

  /// The scenarios of the next round, each once, by their indices in the plan.
  mutating func next() -> [Int]? {
    random.shuffled(blocks).flatMap { random.shuffled($0) }
  }
}

extension Plan {
  /// The scenarios' indices by their load, both in the order of the plan.
  var blocks: [[Int]] {
    var blocks: [[Int]] = []
    var places: [Load: Int] = [:]
    for (index, scenario) in scenarios.enumerated() {
      let load = scenario.load.withoutIdle
      if let place = places[load] {
        blocks[place].append(index)
      } else {
        places[load] = blocks.count
        blocks.append([index])
      }
    }
    return blocks
  }

  /// Every scenario once per round, each round in an order of its own.
  public var trials: [Trial] {
    zip(1...rounds, RoundOrders(self)).flatMap { round, order in
      order.map { Trial(scenario: $0, round: round) }
    }
  }
}
