/// Something about the machine or the program that a reader of the results has to know. What there is to
/// find stands where it is looked for: ``Preflight`` and ``Check``.
public struct Finding: Equatable, Sendable {
  /// What was looked at: the key of its ``Check``.
  public let key: String
  public let severity: Severity
  /// What was found.
  public let observation: String
  /// Why it matters.
  public let consequence: String
  /// What to try.
  public let remedy: String
  /// What to type, in Debian.
  public let command: Command

  /// How much a finding weighs.
  public enum Severity: String, Codable, Sendable {
    /// Results may be wrong, and something can be done about it.
    case warning
    /// Results are what they are on such a machine.
    case information
  }

  /// A line for a shell.
  public enum Command: Equatable, Sendable {
    /// Does away with what was found.
    case mending(String)
    /// Shows more of it, where no command does away with it.
    case showing(String)

    public var line: String {
      switch self {
      case .mending(let line), .showing(let line): line
      }
    }
  }

  init(
    _ key: String, _ severity: Severity, _ observation: String, _ consequence: String,
    _ remedy: String, _ command: Command
  ) {
    self.key = key
    self.severity = severity
    // It may have words of the kernel, or of whoever names a process.
    self.observation = legible(observation)
    self.consequence = consequence
    self.remedy = remedy
    self.command = command
  }
}

extension Finding {
  /// The same with what root has to type.
  var forRoot: Finding {
    let command: Command =
      switch command {
      case .mending(let line): .mending(line.replacing("sudo ", with: ""))
      case .showing: command
      }
    return Finding(key, severity, observation, consequence, remedy, command)
  }
}

extension Finding: CustomStringConvertible {
  /// All three sentences on one line.
  public var description: String { "\(observation) \(consequence) \(remedy)" }
}
