/// A rendering of a comparison of two runs: a pure function of it.
public enum ComparisonFormat: String, CaseIterable, Sendable {
  case markdown, json, csv

  public func render(_ comparison: RunComparison) throws -> String {
    switch self {
    case .markdown: Document(comparison).markdown
    case .json: try ComparisonJSON(comparison: comparison).text
    case .csv: ComparisonTable(comparison: comparison).flat.csv
    }
  }
}
