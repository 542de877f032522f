internal import EchoIO

/// What has become of a command, behind its name.
let lostSupervisor =
  "lost its supervisor, a process of this program: somebody or something has ended that"

/// A command of a suite file below its supervisor, which says on a channel what becomes of it.
extension ChildProcess {
  /// - Parameter line: what a shell is to run.
  static func supervising(_ command: [String], _ program: Program) throws(SystemError)
    -> ChildProcess
  {
    try ChildProcess(program, ["echobench", "supervise"] + command, input: .channel)
  }

  private var words: [Substring] { messages.split(separator: "\n") }

  /// The shell, or what it has become; nil before it was started.
  var commandProcess: Int32? {
    words.lazy.compactMap { line in
      line.hasPrefix("started ") ? Int32(line.dropFirst("started ".count)) : nil
    }.first
  }

  /// How the command ended, as opposed to its supervisor; nil while it runs.
  var commandEnd: ProcessEnd? { words.lazy.compactMap { ProcessEnd(message: $0) }.first ?? end }

  /// The supervisor has ended before the command, as far as it said, and what that has started runs on; or it stops
  /// the command for a signal, which was none of this process.
  var hasLostSupervisor: Bool {
    words.contains("stopping")
      || end != nil && wasStarted && !words.contains { ProcessEnd(message: $0) != nil }
  }

  /// One that cannot start the command says why, and exits.
  private var wasStarted: Bool {
    if case .exited = end, commandProcess == nil { false } else { true }
  }

  /// Has the command end, with everything that it has started. The supervisor allows it two seconds,
  /// and needs some more. Where that has ended before it was done, what it has left is killed.
  /// - Returns: false when it has, and may have left what does not bear its mark.
  @discardableResult
  func stopCommand() -> Bool {
    say("stop\n")
    _ = wait(beside: [self], atMost: .milliseconds(2_500)) { end != nil }
    let isDone = end != nil && (words.contains("done") || !wasStarted)
    let mark = isDone ? nil : SupervisorMark(of: id)
    kill()
    mark?.killAll()
    return isDone
  }
}
