public import EchoIO
internal import Foundation

/// Runs each trial in two fresh processes: the server and the client.
public struct ProcessExecutor: TrialExecutor {
  private let timing: Plan.Timing
  /// This very program, which serves and drives as well.
  private let program: String
  private let longestStart: TimeSpan

  /// - Parameter longestStart: how long a server may take to listen: an interpreter on a busy
  ///   machine needs seconds.
  public init(
    timing: Plan.Timing, program: String = "/proc/self/exe",
    longestStart: TimeSpan = .seconds(10)
  ) {
    self.timing = timing
    self.longestStart = longestStart
    self.program = URL(filePath: program).resolvingSymlinksInPath().path(percentEncoded: false)
  }

  public func run(
    _ trial: Trial, _ scenario: Scenario, attempt: Int
  ) async throws -> Measurement {
    func measurement(
      _ outcome: Measurement.Outcome, server: ServerStopped? = nil, client: ClientReport? = nil
    ) -> Measurement {
      Measurement(
        trial, name: scenario.name, attempt: attempt, outcome: outcome, server: server,
        client: client)
    }
    let server = ServerProcess(
      scenario.server, program: program, longestStart: longestStart)
    let client = ClientProcess(scenario, timing, program: program)
    do {
      let (report, stopped) = try await server.whileServing { address, pid in
        try await client.run(against: address, observing: pid)
      }
      if let error = report.error { return measurement(.failed(reason: error), client: report) }
      return measurement(.ran, server: stopped, client: report)
    } catch let cancellation as CancellationError {
      throw cancellation
    } catch {
      // What breaks when a trial is cancelled is its consequence.
      try Task.checkCancellation()
      // No descriptor or process left, say: that may be over by the next trial.
      let failure = error as? ProcessFailure ?? ProcessFailure(reason: "\(error)")
      return measurement(
        failure.isUnavailable
          ? .unavailable(reason: failure.reason) : .failed(reason: failure.reason))
    }
  }
}

/// A process of a trial that did not do its part.
struct ProcessFailure: Error, Equatable {
  let reason: String
  /// It said that this machine cannot run it, as opposed to having failed.
  var isUnavailable = false
}
