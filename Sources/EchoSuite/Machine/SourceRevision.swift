internal import EchoIO
import FoundationEssentials

/// The commit that a program was built from, as far as its repository can tell.
public struct SourceRevision: Codable, Equatable, Sendable {
  /// The full hash of the commit that is checked out.
  public var commit: String
  /// Whether tracked files that a measurement depends on differ from that commit.
  public var dirty: Bool

  public init(commit: String, dirty: Bool) {
    self.commit = commit
    self.dirty = dirty
  }

  /// The revision of the repository that the running program lies in, below `.build`.
  ///
  /// `nil` when it was installed elsewhere: then nothing is said, rather than the commit of
  /// whatever repository surrounds it.
  public static func ofRunningProgram() async -> SourceRevision? {
    let link = "/proc/self/exe"
    guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: link),
      let slash = program.lastIndex(of: "/")
    else { return nil }
    return await of(directory: String(program[..<slash]))
  }

  /// The revision of the repository around `directory`; `nil` when there is none, when it has no
  /// `Sources/EchoSuite` and so is another project's, or when there is no git.
  static func of(directory: String) async -> SourceRevision? {
    let commit = await git(["rev-parse", "HEAD", "HEAD:Sources/EchoSuite"], in: directory)
    guard let hash = commit?.split(separator: "\n").first else { return nil }
    let changes = await git(
      ["status", "--porcelain", "--untracked-files=no", "--"] + dependencies, in: directory)
    guard let changes else { return nil }
    return SourceRevision(commit: String(hash), dirty: !changes.isEmpty)
  }

  /// What a measurement depends on, from the top of the repository: the program, and the scripts
  /// that start other servers. Results that have just been renewed do not count.
  private static let dependencies = [":/Package.swift", ":/Sources", ":/scripts"]

  /// Whether a file is committed, in whatever repository it lies.
  public static func tracks(_ path: String) async -> Bool {
    let file = URL(filePath: path)
    let folder = file.deletingLastPathComponent().path(percentEncoded: false)
    return await git(["ls-files", "--error-unmatch", "--", file.lastPathComponent], in: folder)
      != nil
  }

  /// What git prints, or `nil` when it fails or isn't installed.
  static func git(_ arguments: [String], in directory: String) async -> String? {
    // `env` looks it up. A status may otherwise rewrite the index, under the eyes of a git that runs
    // already; and a repository's own configuration may name a program that tells what has changed.
    let command =
      ["env", "git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", directory]
      + arguments
    // Set inside of git's own hooks, where they would override the directory.
    let overriding = ["GIT_DIR", "GIT_WORK_TREE"]
    for _ in 1...2 {
      guard let git = try? ChildProcess(path: "/usr/bin/env", command, without: overriding)
      else { return nil }
      let hasEnded = wait(beside: [git], atMost: longestLook) { git.end != nil }
      // One that somebody has killed has not said that there is no repository.
      if case .signaled = git.end { continue }
      return hasEnded && git.end == .exited(0) && !git.hasSaidTooMuch ? git.output : nil
    }
    return nil
  }

  /// A status of a large repository on a cold disk takes seconds.
  private static let longestLook = TimeSpan.seconds(60)
}
