/// A rendering of a suite's result: a pure function of it, in a file of its own.
public enum ReportFormat: String, CaseIterable, Sendable {
  case markdown, json, csv

  public var fileName: String {
    switch self {
    case .markdown: "report.md"
    case .json: "report.json"
    case .csv: "report.csv"
    }
  }

  public func render(_ result: SuiteResult) throws -> String {
    switch self {
    case .markdown: Document(result).markdown
    case .json: try JSONReport(result: result).text
    case .csv: CSVReport(result: result).text
    }
  }
}
