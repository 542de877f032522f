internal import EchoIO

/// The figures of "A socketserver with threads vs uvloop" (2020), as data: where they come from
/// and what they were measured on stands in the file.
struct PublishedFigures {
  /// What a reader has to know of them.
  static let explanation: Text = """
    \(strong: "Blog, Messages/s"): as "A socketserver with threads vs uvloop" (2020-01-10, by the author of \
    fastthreadpool) published them, measured there: Ryzen 7, Linux 4.13, Python 3.6, five worker \
    processes in Python on the same machine. Only its first table is shown: the second, of a Core \
    i5-8250U, repeats most cells of the first to the digit. What it calls uvloop is its protocol \
    server.
    """

  private struct Key: Hashable {
    let module: String
    let bufferBytes: Int?
    let sizeBytes: Int
  }

  private let figures: [Key: String]

  static let all = PublishedFigures(
    csv: String(decoding: PackageResources.published_figures_csv, as: UTF8.self))

  /// Reads `table,module,server_buffer_bytes,message_bytes,messages_per_s,mb_per_s`. Only the
  /// blog's first table counts: its second repeats most cells of the first to the digit.
  init(csv: String) {
    var figures: [Key: String] = [:]
    for line in csv.split(separator: "\n") where !line.hasPrefix("#") {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 6, cells[0] == "1", let size = Int(cells[3]), !cells[4].isEmpty else {
        continue
      }
      figures[Key(module: cells[1], bufferBytes: Int(cells[2]), sizeBytes: size)] = cells[4]
    }
    self.figures = figures
  }

  /// The published messages per second of the module that a scenario's server stands for.
  func figure(for scenario: Scenario) -> String? {
    guard let module = scenario.server.publishedAs else { return nil }
    return figures[
      Key(
        module: module, bufferBytes: scenario.server.bufferBytes,
        sizeBytes: scenario.load.size.bytes)]
  }
}
