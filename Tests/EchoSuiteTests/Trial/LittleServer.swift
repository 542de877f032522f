import FoundationEssentials
import Testing

@testable import EchoIO
@testable import EchoSuite

/// Runs a trial with a small command as its server, which may leave the ids of its processes in
/// a file, so that a test can see what became of them.
struct LittleServer {
  let line: String
  private let folder: FileTree
  private let longestStart: TimeSpan

  /// `{pids}` in the command stands for a file that takes ids, `{echobench}` for the program.
  static func with<Result>(
    _ command: String, longestStart: TimeSpan = .seconds(30),
    _ body: (LittleServer) async throws -> Result
  ) async throws -> Result {
    try await FileTree.with([:]) { tree in
      let expanded = command.replacing("{pids}", with: tree.root + "/pids")
        .replacing("{echobench}", with: program)
      return try await body(
        LittleServer(line: expanded, folder: tree, longestStart: longestStart))
    }
  }

  /// The built program, which lies beside the tests.
  static let program: String = {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return tests.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/echobench"
  }()

  /// What the trial gives, unless `stop` fires.
  func run(
    window: TimeSpan = Self.shortWindow, load: Load = Load(workers: 2),
    until stop: StopSignal? = nil
  ) async throws -> Measurement {
    try await Self.run(
      Server(name: "little", kind: .command(line: line)), window: window, load: load,
      longestStart: longestStart, until: stop)
  }

  /// Short, and long enough for messages to come back on a machine that is busy with a build.
  static let shortWindow = TimeSpan.milliseconds(100)

  static func run(
    _ server: Server, window: TimeSpan = shortWindow, load: Load = Load(workers: 2),
    longestStart: TimeSpan = .seconds(30), until stop: StopSignal? = nil
  ) async throws -> Measurement {
    let timing = Plan.Timing(duration: window, warmup: .milliseconds(10), timeout: .seconds(10))
    let executor = ProcessExecutor(
      timing, seed: 1, program: try Program(program), longestStart: longestStart,
      until: try stop ?? StopSignal())
    let scenario = Scenario(server: server, load: load)
    return try await onOwnThread {
      try executor.run(Trial(scenario: 0, round: 1), scenario, attempt: 1)
    }
  }

  /// Leaves a word for the command in the file `{pids}.go`.
  func tell() throws {
    try folder.write("", to: "pids.go")
  }

  /// The ids that the command has left so far, a line each.
  var processes: [Int32] {
    let data = FileManager.default.contents(atPath: folder.root + "/pids") ?? Data()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { Int32($0) }
  }
}

/// Does blocking work on a thread of its own: those of the pool are for what only suspends.
func onOwnThread<Value: Sendable>(
  _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
  let ended = AsyncStream.makeStream(of: Void.self)
  let thread = try EchoIO.Thread("trial") {
    defer { ended.continuation.finish() }
    return Result { try work() }
  }
  for await _ in ended.stream {}
  return try thread.join().get()
}

/// Waits for a condition; a test's time limit bounds it.
func eventually(_ condition: () -> Bool) async throws {
  while !condition() { try await Task.sleep(for: .milliseconds(2)) }
}

/// Why a measurement has no figures; nil when its client ran.
func reason(_ measurement: Measurement) -> String? {
  switch measurement.outcome {
  case .ran: nil
  case .failed(let reason), .unavailable(let reason): reason
  }
}
