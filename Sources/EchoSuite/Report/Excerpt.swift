public import Foundation

/// The tables of a report between two markers in another document, such as a README: kept the
/// same as what the results say. Everything else in the document stays as it is, to the byte.
public struct Excerpt: Equatable, Sendable {
  private let markers: Markers
  private let body: String

  public init(_ result: SuiteResult) {
    markers = Markers(name: result.plan.name)
    body = Document.excerpt(result).markdown
  }

  /// Whether `document` says what the results say: the part between the markers or, in a document
  /// without them, all of it (`report`).
  /// - Throws: `Markers.Ambiguous`.
  public func isCurrent(in document: Data, report: String) throws -> Bool {
    try inserted(into: document).map { $0 == document } ?? (document == Data(report.utf8))
  }

  /// The document with the part between the markers replaced; nil when it has no such markers.
  /// - Throws: `Markers.Ambiguous`.
  public func inserted(into document: Data) throws -> Data? {
    guard let place = try markers.place(in: document) else { return nil }
    return document[..<place.lowerBound] + Data("\n\(body)\n".utf8) + document[place.upperBound...]
  }
}
