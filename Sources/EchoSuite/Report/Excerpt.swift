internal import Foundation

/// The tables of a report between two markers in another document, such as a README: kept the
/// same as what the results say.
public struct Excerpt: Equatable, Sendable {
  private let name: String
  private let body: String

  public init(_ result: SuiteResult) {
    name = result.plan.name
    body = Document.excerpt(result).markdown
  }

  private var start: String { "<!-- results of \(name) -->" }
  private var end: String { "<!-- end of results of \(name) -->" }

  /// Whether `document` says what the results say: the part between the markers or, in a document
  /// without them, all of it (`report`).
  public func isCurrent(in document: String, report: String) -> Bool {
    inserted(into: document).map { $0 == document } ?? (document == report)
  }

  /// The document with the part between the markers replaced; nil when it has no such markers.
  public func inserted(into document: String) -> String? {
    guard let first = document.range(of: start),
      let last = document.range(of: end, range: first.upperBound..<document.endIndex)
    else { return nil }
    return document[..<first.upperBound] + "\n\n" + body + "\n" + document[last.lowerBound...]
  }
}
