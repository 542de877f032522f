internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

/// What a suite measures before it can be planned: what its slowest server reaches, where its rates are
/// parts of that.
struct PilotRun {
  let file: SuiteFile
  let seed: UInt64
  /// Where the suite has hosts.
  let pool: HostPool?

  /// The suite with the rates that were found, or as it is where it has its own.
  /// - Throws: `RunError` when there is nothing that they could be parts of; `ExitCode` when a signal came.
  func paced(until stop: StopSignal) throws -> SuiteFile {
    guard file.sweep.hasRateParts else { return file }
    let timing = Pilot.timing(of: file)
    let trials = Pilot.trials(of: file)
    Output.note(
      "pilot: \(plural(trials, "trial")) of \(TimeSpan(nanoseconds: timing.duration)) in a closed loop"
        + " say what the slowest server reaches")
    let executor = ProcessExecutor(
      timing, seed: seed, program: try .running(), on: pool, until: stop)
    try executor.check()
    let pilot: Pilot
    do {
      let file = file
      pilot = try waitFor { try await Pilot(of: file, by: executor) }
    } catch is CancellationError {
      Output.note("interrupted before anything was planned")
      throw ExitCode(128 + (StopSignal.caughtSignal ?? 0))
    }
    let paced: SuiteFile
    do throws(Pilot.Failure) {
      paced = try file.paced(by: pilot)
    } catch {
      throw RunError("this suite cannot be planned: \(error)")
    }
    for line in pilot.lines { Output.note("pilot: \(line)") }
    return paced
  }
}
