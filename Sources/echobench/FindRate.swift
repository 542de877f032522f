internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

/// `client --find-rate`: the search, what a person sees of it meanwhile, and its report.
struct FindRate {
  let condition: LatencyCondition
  let workload: Workload
  let duration: TimeSpan
  let observed: Int32?
  let cpus: CPUList?

  /// - Returns: what to exit with; nil when a rate was found, or that none holds.
  func run(
    format: ClientCommand.ReportFormat, output: String?, isQuiet: Bool
  ) throws -> ExitCode? {
    let report = search(isQuiet: isQuiet)
    try Output.write(render(report, format), to: output)
    if format != .text || output != nil, let error = report.error { Output.note(error) }
    if let signal = StopSignal.caughtSignal { return ExitCode(128 + signal) }
    if report.error != nil { return ExitCode(1) }
    return report.valid ? nil : ExitCode(3)
  }

  private func search(isQuiet: Bool) -> RateReport {
    let run = RateRun(workload, for: condition, duration: duration)
    do {
      try cpus?.apply()
    } catch {
      return run.report(of: error)
    }
    let line = ProgressLine(isWatched: !isQuiet && Terminal.isAt(2))
    defer { line.clear() }
    return run.run(observing: observed, until: .onSignals) { line.show($0, next: $1) }
  }

  private func render(
    _ report: RateReport, _ format: ClientCommand.ReportFormat
  ) throws -> String {
    switch format {
    case .text: "\(RateText(report))"
    case .markdown: report.table.markdown
    case .json: try Output.line(json: report)
    case .csv: report.flatTable.csv
    }
  }
}

/// Where a search stands, in one line that is written over; nothing where nobody watches.
private struct ProgressLine {
  let isWatched: Bool

  func show(_ report: RateReport, next: String) {
    guard isWatched else { return }
    let held = report.held.map { "; \(grouped($0))/s holds" } ?? ""
    let failed = report.failed.map { "; \(grouped($0))/s does not" } ?? ""
    let text = "window \(report.windows.count + 1): \(next)\(held)\(failed)"
    Output.write(toPerson: "\r\u{1b}[K\(text.fitted(to: Terminal.columns(of: 2) - 1))")
  }

  func clear() {
    if isWatched { Output.write(toPerson: "\r\u{1b}[K") }
  }
}
