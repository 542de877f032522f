internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

/// Whether the rate is to be found, and what makes it one that holds.
struct RateOptions: ParsableArguments {
  @Option(help: .axis(.findRate, "condition"))
  var findRate: Given<LatencyCondition>?

  func validate() throws {
    try findRate?.check("--find-rate")
  }

  /// Complains about options that have no place beside it.
  func check(
    _ options: RunOptions, _ intervals: IntervalOptions,
    _ histograms: HistogramOptions
  ) throws {
    guard findRate != nil else { return }
    for (name, isGiven) in [
      ("--interval", intervals.interval != nil), ("--hdr", histograms.hdr != nil),
      ("--hlog", histograms.hlog != nil),
    ] where isGiven {
      throw ValidationError(
        "'\(name)' is of one run, and '--find-rate' makes many: run the rate that it finds with --rate."
      )
    }
    if options.messages != nil {
      throw ValidationError(
        "'--messages' ends a window after any time, and '--find-rate' compares windows of one length:"
          + " give '--duration'.")
    }
  }
}
