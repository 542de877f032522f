public import Foundation

/// What a report says in short, between two markers in another document, such as a README: kept the
/// same as what the results say. Everything else in the document stays as it is, to the byte.
public struct Excerpt: Equatable, Sendable {
  private let markers: Markers
  private let body: String

  /// - Parameter folder: that of the suite, as the document has to call it: relative to where the document
  ///   is. Pictures are shown from there.
  public init(_ result: SuiteResult, folder: String = ".") {
    markers = Markers(name: result.plan.name)
    body = Document.excerpt(result, folder: folder).markdown
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

extension Excerpt {
  /// How a document calls a folder: relative to its own, links resolved, `/` between the names.
  public static func path(to folder: String, from document: String) -> String {
    let parts = { (path: String) in
      URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.pathComponents
    }
    let (target, own) = (parts(folder), parts(document).dropLast())
    let common = zip(target, own).prefix { $0 == $1 }.count
    let steps = Array(repeating: "..", count: own.count - common) + target.dropFirst(common)
    return steps.isEmpty ? "." : steps.joined(separator: "/")
  }
}
