internal import EchoIO
internal import Glibc

/// What came of all checks on this machine: what `echobench doctor` prints.
public struct Checkup: Sendable {
  /// One for each check, in their order.
  let answers: [(check: Check, answer: Check.Answer)]

  /// - Parameter isRoot: commands need no sudo then, which a container may not have.
  init(of surroundings: Surroundings, by checks: [Check] = Check.all, isRoot: Bool = false) {
    answers = checks.map { check in
      switch check.look(surroundings) {
      case .found(let finding) where isRoot: (check, .found(finding.forRoot))
      case let answer: (check, answer)
      }
    }
  }

  /// This machine as it is now.
  /// - Parameter pause: as long as it is to be watched what else runs; nil to know nothing of that.
  public static func ofThisMachine(watching pause: (() -> Void)? = nil) -> Checkup {
    let build = Machine.Build(
      version: Version.number, configuration: .current, compiler: nil, revision: nil)
    return Checkup(of: Surroundings(build: build, pause: pause), isRoot: geteuid() == 0)
  }

  /// What was found, what weighs most first.
  public var findings: [Finding] {
    Self.byWeight(
      answers.compactMap { if case .found(let finding) = $0.answer { finding } else { nil } })
  }

  /// The same with what is known of a suite, which goes before what is found of the machine in general.
  public func findings(with others: [Finding]) -> [Finding] {
    let known = Set(others.map(\.key))
    return Self.byWeight(others + findings.filter { !known.contains($0.key) })
  }

  /// Warnings first; among these, and among the others, by the list of checks.
  private static func byWeight(_ findings: [Finding]) -> [Finding] {
    let places = Dictionary(
      uniqueKeysWithValues: Check.all.enumerated().map { ($0.element.key, $0.offset) })
    func weight(_ finding: Finding) -> (Int, Int) {
      (finding.severity == .warning ? 0 : 1, places[finding.key] ?? .max)
    }
    return findings.sorted { weight($0) < weight($1) }
  }
}

// MARK: - For people

extension Checkup: CustomStringConvertible {
  /// Findings with what to type, what is not known and why, and what is fine.
  public var description: String {
    let findings = findings
    let unknown = answers.compactMap { check, answer in
      if case .unknown(let reason) = answer { "  \(check.title): \(legible(reason))" } else { nil }
    }
    let fine = answers.compactMap { check, answer in
      if case .fine(let words) = answer { "  \(check.title): \(legible(words))" } else { nil }
    }
    let blocks =
      findings.map(\.text)
      + [("Not known", unknown), ("Fine", fine)].filter { !$0.1.isEmpty }.map { title, lines in
        "\(title):\n" + lines.joined(separator: "\n") + "\n"
      }
    return "\(summary)\n\n" + blocks.joined(separator: "\n")
  }

  private var summary: String {
    let count = findings.count
    let warnings = findings.count { $0.severity == .warning }
    guard count > 0 else {
      return "Nothing that is known of spoils measurements here (\(answers.count) checks)."
    }
    return "\(plural(count, "finding")) of \(plural(answers.count, "check")),"
      + " \(plural(warnings, "warning")) among them."
  }
}

extension Finding {
  fileprivate var text: String {
    let label =
      switch severity {
      case .warning: "Warning"
      case .information: "Note"
      }
    let kind =
      switch command {
      case .mending: "mend"
      case .showing: "look"
      }
    return """
      \(label): \(observation)
        \(consequence)
        \(remedy)
        \(kind): \(command.line)

      """
  }
}

// MARK: - For scripts

extension Checkup: Encodable {
  private enum CodingKeys: String, CodingKey {
    case schema, warnings, checks
  }

  private struct Entry: Encodable {
    let key: String
    let title: String
    let state: String
    let observation: String
    var consequence: String?
    var remedy: String?
    var command: String?
    var commandMends: Bool?

    enum CodingKeys: String, CodingKey {
      case key, title, state, observation, consequence, remedy, command
      case commandMends = "command_mends"
    }

    init(_ check: Check, _ answer: Check.Answer) {
      (key, title) = (check.key, check.title)
      switch answer {
      case .fine(let words): (state, observation) = ("fine", legible(words))
      case .unknown(let reason): (state, observation) = ("unknown", legible(reason))
      case .found(let finding):
        (state, observation) = (finding.severity.rawValue, finding.observation)
        (consequence, remedy) = (finding.consequence, finding.remedy)
        command = finding.command.line
        commandMends = if case .mending = finding.command { true } else { false }
      }
    }

    /// Writes null, too, for what only findings have.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(key, forKey: .key)
      try container.encode(title, forKey: .title)
      try container.encode(state, forKey: .state)
      try container.encode(observation, forKey: .observation)
      try container.encode(consequence, forKey: .consequence)
      try container.encode(remedy, forKey: .remedy)
      try container.encode(command, forKey: .command)
      try container.encode(commandMends, forKey: .commandMends)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("echobench-doctor/1", forKey: .schema)
    try container.encode(findings.count { $0.severity == .warning }, forKey: .warnings)
    try container.encode(answers.map { Entry($0.check, $0.answer) }, forKey: .checks)
  }
}
