import Testing

/// Of the suites that have it two run at a time, and the others wait for their turn: they start
/// processes, which keep the CPUs busy, and some of which have only so long. What waits does not
/// use its tests' time up.
struct TakingTurns: SuiteTrait, TestScoping {
  private static let turns = Turns(2)

  func provideScope(
    for test: Test, testCase: Test.Case?, performing run: @Sendable () async throws -> Void
  ) async throws {
    await Self.turns.take()
    do {
      try await run()
    } catch {
      await Self.turns.pass()
      throw error
    }
    await Self.turns.pass()
  }
}

extension Trait where Self == TakingTurns {
  static var takingTurns: Self { TakingTurns() }
}

private actor Turns {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) {
    free = count
  }

  func take() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func pass() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
