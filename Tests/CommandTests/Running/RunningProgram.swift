import EchoIO
import Foundation
import Testing

/// The built program, started as a user would start it.
final class RunningProgram {
  private let process = Process()
  private let folder: TemporaryFolder

  /// How a program ended, and all it said.
  struct Ending {
    let status: Int32
    let output: String
    let errors: String
  }

  /// The built program, which lies beside the tests.
  static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "echobench").path()

  /// Starts the program, or another, and kills it if it still runs at the end of `body`.
  /// - Parameters:
  ///   - shell: what a shell does first, such as `ulimit -n 40`, before it turns into it.
  ///   - input: its standard input, instead of nothing.
  static func with<Result>(
    _ arguments: [String], in directory: String? = nil, after shell: String? = nil,
    input: FileHandle = .nullDevice, program: String = RunningProgram.path,
    _ body: (RunningProgram) async throws -> Result
  ) async throws -> Result {
    try await TemporaryFolder.with { folder in
      let program = try RunningProgram(program, arguments, folder, directory, shell, input)
      defer { program.kill() }
      return try await body(program)
    }
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: [String], in directory: String? = nil, after shell: String? = nil
  ) async throws -> Ending {
    try await with(arguments, in: directory, after: shell) { try await $0.end() }
  }

  private init(
    _ program: String, _ arguments: [String], _ folder: TemporaryFolder, _ directory: String?,
    _ shell: String?, _ input: FileHandle
  ) throws {
    self.folder = folder
    process.executableURL = URL(filePath: shell == nil ? program : "/bin/sh")
    process.arguments =
      shell.map { ["-c", "\($0); exec \"$0\" \"$@\"", program] + arguments } ?? arguments
    process.standardInput = input
    process.standardOutput = try folder.newFile("output")
    process.standardError = try folder.newFile("errors")
    if let directory { process.currentDirectoryURL = URL(filePath: directory) }
    try Self.withSignalsUnblocked { try process.run() }
  }

  /// The threads of Swift's pools block signals, and a child would inherit that.
  private static func withSignalsUnblocked(_ body: () throws -> Void) rethrows {
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  var id: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// What it has said so far.
  var output: String { folder.read("output") }
  var errors: String { folder.read("errors") }

  /// Waits for its first whole line on standard output.
  func line() async throws -> String {
    try await eventually { output.contains("\n") || !process.isRunning }
    return try #require(output.split(separator: "\n").first.map(String.init), "\(errors)")
  }

  func signal(_ number: Int32) {
    Foundation.kill(id, number)
  }

  /// Waits for it to end.
  func end() async throws -> Ending {
    try await eventually { !process.isRunning }
    return Ending(status: process.terminationStatus, output: output, errors: errors)
  }

  private func kill() {
    guard process.isRunning else { return }
    signal(SIGKILL)
    process.waitUntilExit()
  }
}

/// A server of ours on a free port, for as long as `body` runs.
func withServer<Result>(
  _ arguments: [String] = [], _ body: (_ address: String) async throws -> Result
) async throws -> Result {
  let standard = ["server", "--backend", "threads", "--address", "127.0.0.1:0"]
  return try await RunningProgram.with(standard + arguments) { server in
    let line = try await server.line()
    let words = line.split(separator: " ")
    return try await body(String(try #require(words.count > 2 ? words[2] : nil)))
  }
}

/// Waits for a condition; a test's time limit bounds it.
/// - Parameter interval: more where to ask takes long.
func eventually(
  every interval: Duration = .milliseconds(3), _ condition: () -> Bool
) async throws {
  while !condition() { try await Task.sleep(for: interval) }
}
