import Testing

@testable import EchoIO

/// What whoever watches a run is told, from moments that the test sets.
struct RunTickerTests {
  private static let second: UInt64 = 1_000_000_000

  @Test func `a run that ends with time is told by what is left and its rate`() throws {
    let run = try RunState(workers: 1, connections: 1, keepers: 0, hasIntervals: false)
    let workload = Workload(stopRule: .duration(.seconds(2)), warmup: .seconds(1))
    let told = try tell(run, workload, [(0, 0), (0.5, 100), (1.0, 300), (1.5, 1000), (3.0, 0)])
    #expect(
      told == [
        RunStanding(phase: .warmUp, left: .seconds(1)),
        RunStanding(phase: .warmUp, left: .milliseconds(500), messagesPerSecond: 200),
        RunStanding(
          phase: .window, left: .seconds(2), completed: 300, messagesPerSecond: 600),
        RunStanding(
          phase: .window, left: .milliseconds(1500), completed: 1300, messagesPerSecond: 2000),
        RunStanding(phase: .ending, left: nil),
      ])
  }

  @Test func `a run that ends with messages is told by how many there are`() throws {
    let run = try RunState(workers: 2, connections: 2, keepers: 0, hasIntervals: false)
    var workload = Workload(stopRule: .messages(500), warmup: .seconds(0))
    workload.load.workers = 2
    let told = try tell(run, workload, [(0, 0), (0.5, 250)])
    #expect(told.last?.total == 1000)
    #expect(told.last?.completed == 250 && told.last?.left == nil)
    run.workerFinished()
    run.workerFinished()
    #expect(try tell(run, workload, [(0, 0)]).map(\.phase) == [.ending])
  }

  @Test func `nobody is told more than twice a second, and the coordinator sleeps meanwhile`()
    throws
  {
    let run = try RunState(workers: 1, connections: 1, keepers: 0, hasIntervals: false)
    let workload = Workload(stopRule: .duration(.seconds(2)))
    var count = 0
    var ticker = try #require(
      RunTicker(Window(from: 0, workload), run, workload) { _ in count += 1 })
    for tenth in 0...10 { ticker.tick(at: UInt64(tenth) * Self.second / 10) }
    #expect(count == 3)
    #expect(ticker.patience(at: Self.second) == Self.second / 2)
    #expect(ticker.patience(at: 9 * Self.second) == 0)
  }

  @Test func `where nobody watches there is no ticker`() throws {
    let run = try RunState(workers: 1, connections: 1, keepers: 0, hasIntervals: false)
    let ticker = RunTicker(Window(from: 0, Workload()), run, Workload(), show: nil)
    if ticker != nil { Issue.record("there is one") }
  }

  /// What is told at moments, in seconds, at each of which workers have told of so many replies.
  private func tell(
    _ run: RunState, _ workload: Workload, _ moments: [(Double, Int)]
  ) throws -> [RunStanding] {
    var told: [RunStanding] = []
    var ticker = try #require(
      RunTicker(Window(from: 0, workload), run, workload) { told.append($0) })
    for (moment, answered) in moments {
      run.noteAnswered(answered)
      ticker.tick(at: UInt64(moment * Double(Self.second)))
    }
    return told
  }
}
