public import EchoIO

/// Finds the rate that holds: a closed loop to begin with, then windows of open loops, each with connections
/// of its own.
public struct RateRun {
  /// The load whose rate is searched, and where it goes. Its windows have the lengths of the search.
  private let workload: Workload
  private let condition: LatencyCondition
  private let length: RateWindowLength
  private let duration: TimeSpan

  /// - Parameter duration: of a window that searches, at least.
  public init(_ workload: Workload, for condition: LatencyCondition, duration: TimeSpan) {
    var searched = workload
    searched.load.findRate = condition
    self.workload = searched
    self.condition = condition
    self.duration = duration
    length = RateWindowLength(duration, for: condition)
  }

  /// Searches to the end, or until `stop` fires; what was known by then is the report.
  /// - Parameters:
  ///   - observed: a process whose usage is read, with its descendants.
  ///   - tell: is called before each window with what is known, and what comes.
  public func run(
    observing observed: Int32? = nil, until stop: StopSignal,
    tell: (RateReport, _ next: String) -> Void
  ) -> RateReport {
    func measure(_ workload: Workload) throws(SystemError) -> ClientReport {
      try LoadRun.run(workload, observing: observed, until: stop)
    }
    return run(until: { stop.isFired }, tell: tell, measure: measure)
  }

  /// The report of a search that could not begin.
  public func report(of error: SystemError) -> RateReport {
    var report = RateReport(workload, condition, duration)
    report.error = "\(error)"
    var window = workload
    window.load = workload.load.window(at: nil)
    report.client = ClientReport(window, error: error)
    return report
  }

  /// - Parameter measure: runs one window.
  func run(
    until isStopped: () -> Bool, tell: (RateReport, _ next: String) -> Void = { _, _ in },
    measure: (Workload) throws(SystemError) -> ClientReport
  ) -> RateReport {
    var report = RateReport(workload, condition, duration)
    search(into: &report, until: isStopped, tell, measure)
    report.valid =
      report.error == nil && report.invalidReasons.isEmpty && !report.windows.isEmpty
    return report
  }

  private func search(
    into report: inout RateReport, until isStopped: () -> Bool,
    _ tell: (RateReport, _ next: String) -> Void,
    _ measure: (Workload) throws(SystemError) -> ClientReport
  ) {
    tell(report, "closed loop")
    let first = window(nil, into: &report, until: isStopped, measure)
    let isSilent = first?.valid == false
    guard let closed = isSilent ? window(nil, into: &report, until: isStopped, measure) : first,
      let reached = closed.throughput.messagesPerSecond
    else { return }
    var search = RateSearch(from: reached, within: length.lowestRate...LoadAxis.mostPerSecond)
    var last = closed
    while let step = search.next {
      tell(report, "\(grouped(step.rate))/s\(step.isConfirmation ? " to confirm" : "")")
      guard let measured = window(step, into: &report, until: isStopped, measure) else { return }
      last = measured
      search.note(isHeld: report.windows.last?.outcome == .held)
      report.take(search)
    }
    if report.hasEndedInSilence {
      (report.client, report.invalidReasons) = (last, last.invalidReasons)
    }
  }

  /// Measures a window and adds it to the report.
  /// - Parameter step: nil for the closed loop.
  /// - Returns: nil when that ends the search, and the report says why.
  private func window(
    _ step: RateSearch.Step?, into report: inout RateReport, until isStopped: () -> Bool,
    _ measure: (Workload) throws(SystemError) -> ClientReport
  ) -> ClientReport? {
    var workload = workload
    workload.stopRule = .duration(step.map { length.of($0) } ?? duration)
    workload.seed = (workload.seed + UInt64(report.windows.count)) % (1 << 53)
    workload.load = workload.load.window(at: step?.rate)
    do {
      let measured = try measure(workload)
      report.partial = measured.partial || isStopped()
      if report.partial { return nil }
      report.note(measured)
      // As a rate that does not hold, a closed loop without a reply is tried once more.
      let isRepeated = step != nil || (report.windows.isEmpty && measured.isSilent)
      guard measured.valid || (isRepeated && measured.isStalled) else {
        report.invalidReasons = measured.invalidReasons
        return nil
      }
      report.windows.append(RateWindow(measured, step, condition))
      return measured
    } catch {
      report.partial = isStopped()
      guard !report.partial else { return nil }
      report.error = "\(error)"
      report.client = ClientReport(workload, error: error)
      return nil
    }
  }
}
