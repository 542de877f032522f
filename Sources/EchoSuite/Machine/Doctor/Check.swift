/// One thing that may spoil measurements, and how to look for it on this machine. Whatever a suite or a
/// person is told comes from the list of these.
public struct Check: Sendable {
  /// What documents call it.
  public let key: String
  /// What people call it.
  public let title: String
  let look: @Sendable (Surroundings) -> Answer

  /// What came of looking.
  enum Answer: Equatable, Sendable {
    /// As it should be: what was seen.
    case fine(String)
    case found(Finding)
    /// The machine does not tell: why not.
    case unknown(String)
  }

  init(
    _ key: String, _ title: String, look: @escaping @Sendable (Surroundings) -> Answer
  ) {
    self.key = key
    self.title = title
    self.look = look
  }

  /// What weighs most goes first: it spoils figures, then what is compared, then what can be counted.
  public static let all: [Check] = [
    .build, .busy, .load, .quota, .stolen, .cpus, .governor, .swap, .clock, .turbo, .smt, .idle,
    .numa,
    .descriptors, .ports, .timeWait, .somaxconn, .uring, .libuv, .conntrack, .loopback, .hugePages,
    .seccomp, .virtual, .tracing, .tools,
  ]
}

extension Check.Answer {
  /// - Parameter path: of a file that would have said it, without the root.
  static func missing(_ path: String) -> Self { .unknown("/\(path) is not there, or says nothing") }

  /// Found, or fine as `words` say.
  static func found(_ finding: Finding?, else words: String) -> Self {
    finding.map { .found($0) } ?? .fine(words)
  }
}
