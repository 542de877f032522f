import FoundationEssentials

@testable import EchoIO
@testable import EchoSuite

/// Runs a trial whose client is a small command, which may leave the ids of its processes in a file.
struct LittleClient {
  private let client: Client
  private let folder: FileTree

  /// `{pids}` in the command stands for a file that takes ids, `{echobench}` for the program.
  static func with<Result>(
    _ command: String, _ body: (LittleClient) async throws -> Result
  ) async throws -> Result {
    try await FileTree.with([:]) { tree in
      let expanded = command.replacing("{pids}", with: tree.root + "/pids")
        .replacing("{echobench}", with: LittleServer.program)
      return try await body(
        LittleClient(client: Client(name: "little", command: expanded), folder: tree))
    }
  }

  /// What the trial gives, unless `stop` fires.
  func run(
    server: Server = Server(name: "threads", kind: .backend(name: "threads")),
    window: TimeSpan = LittleServer.shortWindow, longestEnd: TimeSpan = .seconds(60),
    load: Load = Load(workers: 2), until stop: StopSignal? = nil
  ) async throws -> Measurement {
    let timing = Plan.Timing(duration: window, warmup: .milliseconds(10), timeout: .milliseconds(1))
    let executor = ProcessExecutor(
      timing, seed: 7, program: try Program(LittleServer.program), longestStart: .seconds(30),
      longestEnd: longestEnd, until: try stop ?? StopSignal())
    let scenario = Scenario(server: server, load: load, client: client)
    return try await onOwnThread {
      try executor.run(Trial(scenario: 0, round: 1), scenario, attempt: 1)
    }
  }

  /// The ids that the command has left so far, a line each.
  var processes: [Int32] {
    let data = FileManager.default.contents(atPath: folder.root + "/pids") ?? Data()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { Int32($0) }
  }
}
