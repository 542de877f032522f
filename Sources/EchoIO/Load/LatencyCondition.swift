/// What the response times of a rate have to keep: `p99<1ms`, `p50<200us,max<=20ms`.
public struct LatencyCondition: Hashable, ReadableText {
  /// All of them have to be met; there is at least one, and one of each figure.
  public let terms: [Term]

  /// A figure of the response times, and what it may be at most.
  public struct Term: Hashable, Sendable {
    public let figure: LatencyFigure
    public let limit: TimeSpan
    /// `<=`: the limit itself is fine.
    public let includesLimit: Bool
  }

  /// Reads a condition as a person writes it: terms joined by commas or `and`, with spaces or without.
  public init(parsing text: String) throws(UnitError) {
    guard text.utf8.count <= Self.longest else {
      throw UnitError("must be a condition of at most \(Self.longest) characters")
    }
    var terms: [Term] = []
    for words in text.replacing(" and ", with: ",").split(
      separator: ",", omittingEmptySubsequences: false)
    {
      terms.append(try Term(parsing: words.filter { !$0.isWhitespace }))
    }
    try self.init(terms)
  }

  /// With room for a term of each figure, and for spaces.
  private static let longest = 1024

  private init(_ terms: [Term]) throws(UnitError) {
    var seen: Set<LatencyFigure> = []
    for term in terms where !seen.insert(term.figure).inserted {
      throw UnitError("must have each figure once, and has \(term.figure.rawValue) twice")
    }
    self.terms = terms
  }

  /// The text that it is read from, without spaces: `p99<1ms,max<=20ms`.
  public var argument: String { terms.map(\.argument).joined(separator: ",") }
}

/// What a condition can be about.
public enum LatencyFigure: String, CaseIterable, Codable, Sendable {
  case p50
  case p90
  case p99
  case p999 = "p99.9"
  case mean
  case max
}

extension LatencyCondition: CustomStringConvertible {
  public var description: String { terms.map { "\($0)" }.joined(separator: " and ") }
}

extension LatencyCondition.Term: CustomStringConvertible {
  public var description: String { "\(figure.rawValue) \(relation) \(limit)" }

  fileprivate var argument: String { "\(figure.rawValue)\(relation)\(limit)" }

  private var relation: String { includesLimit ? "<=" : "<" }

  /// - Parameter text: without spaces.
  fileprivate init(parsing text: String) throws(UnitError) {
    let sides = text.split(separator: "<", omittingEmptySubsequences: false)
    guard sides.count == 2, let figure = LatencyFigure(rawValue: sides[0].lowercased()) else {
      let figures = LatencyFigure.allCases.map(\.rawValue).joined(separator: ", ")
      throw UnitError("must be a condition such as p99<1ms, of one of \(figures)")
    }
    let includesLimit = sides[1].hasPrefix("=")
    let limit: TimeSpan
    do {
      limit = try TimeSpan(parsing: String(sides[1].dropFirst(includesLimit ? 1 : 0)))
    } catch {
      throw UnitError("has a limit that \(error)")
    }
    try self.init(figure, limit, includesLimit)
  }

  private init(
    _ figure: LatencyFigure, _ limit: TimeSpan, _ includesLimit: Bool
  ) throws(UnitError) {
    guard limit > .seconds(0) else { throw UnitError("must have a limit above 0") }
    (self.figure, self.limit, self.includesLimit) = (figure, limit, includesLimit)
  }
}

// MARK: - In documents

/// In words, and term by term: the terms are what is read.
extension LatencyCondition: Codable {
  private enum CodingKeys: CodingKey {
    case text, terms
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let terms = try container.decode([Term].self, forKey: .terms)
    do {
      guard !terms.isEmpty else { throw UnitError("must have a term") }
      try self.init(terms)
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .terms, in: container, debugDescription: "a condition \(error)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("\(self)", forKey: .text)
    try container.encode(terms, forKey: .terms)
  }
}

extension LatencyCondition.Term: Codable {
  private enum CodingKeys: String, CodingKey {
    case figure
    case limit = "limit_ns"
    case includesLimit = "includes_limit"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let limit = TimeSpan(nanoseconds: try container.decode(UInt64.self, forKey: .limit))
    do {
      try self.init(
        try container.decode(LatencyFigure.self, forKey: .figure), limit,
        try container.decode(Bool.self, forKey: .includesLimit))
    } catch let error as UnitError {
      throw DecodingError.dataCorruptedError(
        forKey: .limit, in: container, debugDescription: "a condition \(error)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(figure, forKey: .figure)
    try container.encode(limit.nanoseconds, forKey: .limit)
    try container.encode(includesLimit, forKey: .includesLimit)
  }
}
