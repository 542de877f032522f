internal import Foundation

/// A rendering of what several clients have measured together: a pure function of it, and a file of its own in a
/// folder of all.
public enum MergeFormat: String, CaseIterable, Sendable {
  case text, markdown, json, csv
  /// One page with everything, for a browser.
  case html
  /// Latency by percentile and the clients' rates as one picture.
  case svg

  public var fileName: String {
    switch self {
    case .text: "merged.txt"
    case .markdown: "merged.md"
    case .json: "merged.json"
    case .csv: "merged.csv"
    case .html: "merged.html"
    case .svg: "merged.svg"
    }
  }

  public func render(_ merge: Merge) throws -> String {
    let report = MergeReport(merge)
    return switch self {
    case .text: "\(MergeText(report))"
    case .markdown: report.markdown
    case .json: try report.json
    case .csv: report.csv
    case .html: MergePage(merge).text
    case .svg: SVG(MergeFile(merge).figure).file
    }
  }
}

extension MergeReport {
  /// As one line of JSON, its keys sorted.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}
