internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

/// The window as a series of intervals, and who watches it.
struct IntervalOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Report the window in intervals of this length, too, on a terminal as they pass.")
  var interval: Given<TimeSpan>?

  @Flag(help: "Show nothing on the terminal while the run lasts.")
  var quiet = false

  func validate() throws {
    if let interval, try interval.check("--interval") < .milliseconds(10) {
      throw ValidationError("'--interval' must be at least 10ms, got \(interval).")
    }
  }

  /// What a person sees of a run while it lasts; nil where there is none, or none wants to.
  var line: RunLine? {
    guard !quiet, Terminal.isAt(2) else { return nil }
    return RunLine(columns: { Terminal.columns(of: 2) }, write: Output.write(toPerson:))
  }
}
