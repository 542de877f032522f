import EchoIO
import Foundation
import Testing

/// Hosts that are lost while a suite runs on them, and suites that end and leave nothing there.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(2)))
struct LostHostTests {
  /// It stays above the agent, with a word of its own in its command line.
  private static func launcher(_ mark: String) -> String { #"sh -c '"$@"; exit $?' \#(mark)"# }

  @Test(arguments: ["s", "b"])
  func `a launcher that is killed fails its trial and leaves nothing, and the suite goes on`(
    lost: String
  ) async throws {
    try await TemporaryFolder.with { folder in
      let (mark, size) = ("launcher-\(UUID().uuidString)", "\(Int.random(in: 100_000..<900_000))")
      let launch = Self.launcher(mark)
      let hosts =
        lost == "s"
        ? HostSuite.hosts(server: launch.replacing("'", with: "''")) : HostSuite.hosts(b: launch)
      try folder.write(HostSuite.file(hosts, duration: "2s", buffer: size), to: "a.yaml")
      let out = TemporaryFolder(path: "\(folder.path)/out")
      try await RunningProgram.with([
        "suite", "--config", "\(folder.path)/a.yaml", "--output", out.path,
      ]) { suite in
        try await eventually(every: processListing) {
          Self.clients(of: suite.id).count == 2 || !suite.isRunning
        }
        for process in runningProcesses(mentioning: mark) where commandName(process) == "sh" {
          kill(process, SIGKILL)
        }
        let ending = try await suite.end()
        #expect(ending.status == 1, "\(ending.errors)")
        let trial = try #require(try HostSuite.trials(out).first)
        let reason = try #require(trial["outcome"]?["failed"]?["reason"]?.string)
        #expect(reason.hasPrefix("host \(lost) was lost: its launcher"), "\(reason)")
        #expect(reason.contains("was ended by signal 9 (SIGKILL)"), "\(reason)")
      }
      try await eventually(every: processListing) {
        runningProcesses(mentioning: size).isEmpty && runningProcesses(mentioning: mark).isEmpty
      }
      let ending = try await RunningProgram.run(["suite", "--resume", "--output", out.path])
      #expect(ending.status == 0, "\(ending.errors)")
      #expect(try HostSuite.trials(out).last?["client"]?["valid"] == .bool(true))
    }
  }

  @Test(arguments: [SIGKILL, SIGINT])
  func `a suite that ends leaves nothing on its hosts`(signal: Int32) async throws {
    try await TemporaryFolder.with { folder in
      let size = "\(Int.random(in: 100_000..<900_000))"
      try folder.write(
        HostSuite.file(HostSuite.hosts(), duration: "600s", buffer: size), to: "a.yaml")
      try await RunningProgram.with([
        "suite", "--config", "\(folder.path)/a.yaml", "--output", "\(folder.path)/out",
      ]) { suite in
        try await eventually(every: processListing) {
          Self.clients(of: suite.id).count == 2 || !suite.isRunning
        }
        let clients = Self.clients(of: suite.id)
        #expect(clients.count == 2 && !runningProcesses(mentioning: size).isEmpty)
        suite.signal(signal)
        try await eventually(every: processListing) {
          runningProcesses(mentioning: size).isEmpty && !clients.contains(where: isAlive)
            && !suite.isRunning
        }
      }
    }
  }

  /// The clients below the agents of a suite.
  private static func clients(of suite: Int32) -> [Int32] {
    runningProcesses(mentioning: "--cooldown").filter { client in
      var process: Int32? = client
      while let next = process, next > 1 {
        if next == suite { return true }
        process = parentProcess(next)
      }
      return false
    }
  }
}

/// The fields of /proc/[pid]/stat behind the name.
private func status(_ process: Int32) -> [Substring] {
  let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") ?? Data()
  let text = String(decoding: data, as: UTF8.self)
  return text.lastIndex(of: ")").map { text[text.index(after: $0)...].split(separator: " ") } ?? []
}

private func parentProcess(_ process: Int32) -> Int32? {
  status(process).dropFirst().first.flatMap { Int32($0) }
}

private func commandName(_ process: Int32) -> String {
  let data = FileManager.default.contents(atPath: "/proc/\(process)/comm") ?? Data()
  return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
}
