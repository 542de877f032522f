internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

/// The window as a series of intervals, and who watches it.
struct IntervalOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Report the window in intervals of this length, too, on a terminal as they pass.")
  var interval: Given<TimeSpan>?

  @Flag(help: "Do not print the intervals while the run lasts.")
  var quiet = false

  func validate() throws {
    if let interval, try interval.check("--interval") < .milliseconds(10) {
      throw ValidationError("'--interval' must be at least 10ms, got \(interval).")
    }
    if quiet, interval == nil {
      throw ValidationError(
        "'--quiet' must be given with '--interval': without, nothing is printed before the end.")
    }
  }

  /// Prints an interval that has passed, if there is a person to see it.
  var tell: (ClientReport.Interval) -> Void {
    guard !quiet, Terminal.isAt(2) else { return { _ in } }
    return { Output.write(toPerson: "\($0.line.fitted(to: Terminal.columns(of: 2) - 1))\n") }
  }
}
