/// A rendering of a suite's result: a pure function of it, in a file of its own in the suite's folder.
/// Another file is another case: what it is called, how it is made, how it is known again.
public enum ReportFormat: String, CaseIterable, Sendable {
  case markdown, json, csv
  /// One page with everything, for a browser.
  case html
  /// The ratios of all servers as a picture.
  case svg

  /// The one that a person opens to see everything.
  public static var page: ReportFormat { .html }

  public var fileName: String {
    switch self {
    case .markdown: "report.md"
    case .json: "report.json"
    case .csv: "report.csv"
    case .html: "report.html"
    case .svg: "ratios.svg"
    }
  }

  public func render(_ result: SuiteResult) throws -> String {
    switch self {
    case .markdown: Document(result).markdown
    case .json: try JSONReport(result: result).text
    case .csv: CSVReport(result: result).text
    case .html: Page(result).text
    case .svg: SVG(RatioPictures(result).file).file
    }
  }

  /// How a file of ours is told from somebody's own of the same name.
  enum Sign {
    /// It begins so.
    case start(String)
    /// It is a document that names a schema beginning so.
    case schema(String)
    /// By nothing that is in it: the plan beside it has to do.
    case none
  }

  /// - Parameter suite: the name of the suite in the folder.
  func sign(suite: String) -> Sign {
    switch self {
    case .markdown: .start("# \(suite)\n")
    case .json: .schema("echobench-report/")
    case .csv: .start("module,")
    case .svg: .start(SVG.start(id: "ratios"))
    case .html: .start(Page.start(suite: suite))
    }
  }
}
