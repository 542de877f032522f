internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

/// Files that a run leaves its latencies in, for HdrHistogram's tools.
struct HistogramOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the latencies' percentiles to this file, in HdrHistogram's .hgrm format, in µs.",
      valueName: "file"))
  var hdr: String?

  @Option(
    help: ArgumentHelp(
      "Write their histogram, or that of each interval, to this file, in HdrHistogram's log format 1.3.",
      valueName: "file"))
  var hlog: String?

  /// - Parameter output: where the report goes, if to a file.
  func check(beside output: String?) throws {
    let paths = [hdr, hlog, output].compactMap(\.self).map(Self.plain)
    if let twice = paths.enumerated().first(where: { paths[..<$0.offset].contains($0.element) }) {
      throw ValidationError(
        "'--hdr', '--hlog' and '--output' must be different files, got \(twice.element) twice.")
    }
  }

  /// `a//./b` as `a/b`.
  private static func plain(_ path: String) -> String {
    (path.hasPrefix("/") ? "/" : "")
      + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// The same with the client's id in the files' names.
  func named(for participant: Participant?) -> HistogramOptions {
    var named = self
    named.hdr = FleetOptions.path(hdr, of: participant)
    named.hlog = FleetOptions.path(hlog, of: participant)
    return named
  }

  /// Before the run: that its figures will have a place.
  func checkFiles() throws(SystemError) {
    if let hdr { try checkReplaceable(hdr, remedy: "Choose another file with --hdr.") }
    if let hlog { try checkReplaceable(hlog, remedy: "Choose another file with --hlog.") }
  }

  /// Of a run that is no measurement nothing is written: what an earlier one has left stays.
  func write(_ report: ClientReport) throws {
    // Why a run did not begin is said already.
    if report.error != nil { return }
    try write(report.percentileDistribution, to: hdr)
    try write(report.intervalLog, to: hlog)
  }

  private func write(_ content: (some CustomStringConvertible)?, to path: String?) throws {
    guard let path else { return }
    guard let content else {
      return Output.note("\(path) is not written: there are no latencies")
    }
    try Output.write("\(content)", toFile: path)
  }
}
