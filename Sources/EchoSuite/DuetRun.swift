public import EchoIO

/// A duet from its start until it is precise, or its time is over.
public struct DuetRun: Sendable {
  private let executor: any DuetExecutor
  private let precision: Double
  private let budget: TimeSpan
  private let seed: UInt64

  /// - Parameters:
  ///   - precision: of the ratio, that is enough: 0.01 for ± 1 %.
  ///   - budget: of time. The fewest cycles are run even so.
  ///   - seed: of the order, and of the messages.
  public init(
    _ executor: any DuetExecutor, precision: Double, budget: TimeSpan, seed: UInt64
  ) {
    self.executor = executor
    self.precision = precision
    self.budget = budget
    self.seed = seed
  }

  /// What a cycle has, in shuffled order: four windows of both, and each check once. So most of the
  /// time goes to the ratio, and the checks see all of the run.
  static let cycle: [Duet.Kind] = [.together, .together, .together, .together, .itself, .apart]
  /// As few rounds as decide anything elsewhere: 32 windows of both, and 8 of each check.
  static let fewestCycles = Looks.standard[0]
  /// After so many that could not run, it is not chance.
  static let mostFailures = 3

  /// - Parameters:
  ///   - base: what is compared with.
  ///   - telling: what is known after each cycle, and how many there were.
  /// - Throws: `DuetFailure`; `CancellationError` never: what was measured until then is returned.
  public func run(
    base: Scenario, new: Scenario, telling: (Duet, Int) -> Void = { _, _ in }
  ) throws -> (duet: Duet, isWhole: Bool) {
    var random = SplitMix64(seed: seed)
    var duet = Duet(base: base, new: new)
    var failures = 0
    var cycles = 0
    let start = ContinuousClock.now
    let limit = Duration.nanoseconds(Int64(budget.nanoseconds))
    while cycles < Self.fewestCycles || !isOver(duet, ContinuousClock.now - start, limit) {
      for kind in random.shuffled(Self.cycle) {
        do {
          try measure(kind, &duet, &random)
        } catch is CancellationError {
          return (duet, false)
        } catch let failure as DuetFailure {
          failures += 1
          guard failures < Self.mostFailures else { throw failure }
        }
        guard duet.invalidReasons.isEmpty else { return (duet, true) }
      }
      cycles += 1
      telling(duet, cycles)
    }
    return (duet, true)
  }

  private func isOver(_ duet: Duet, _ time: Duration, _ limit: Duration) -> Bool {
    time >= limit || duet.precision.map { $0 <= precision } == true
  }

  /// Which of the two starts first is drawn, so that neither is always the one.
  private func measure(
    _ kind: Duet.Kind, _ duet: inout Duet, _ random: inout SplitMix64
  ) throws {
    let seed = random.next() >> 11
    let isSwapped = random.next(below: 2) == 1
    let pair = [duet.base, kind == .itself ? duet.base : duet.new]
    let ordered = isSwapped ? pair.reversed() : pair
    let measurements =
      kind == .apart
      ? try ordered.flatMap { try executor.run(together: [$0], seed: seed) }
      : try executor.run(together: ordered, seed: seed)
    guard let first = measurements.first, let last = measurements.last else { return }
    duet.append(kind, base: isSwapped ? last : first, new: isSwapped ? first : last)
  }
}
