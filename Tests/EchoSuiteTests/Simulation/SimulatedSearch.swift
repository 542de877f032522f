import EchoIO

@testable import EchoSuite

extension Measurement {
  /// An attempt that looked for the rate that holds, and confirmed `rate`; nil where the lowest that was tried,
  /// 1,000/s, did not hold.
  /// - Parameter isClientBound: whether the client was in the way of a higher one.
  static func simulated(
    _ call: SimulatedExecutor.Call, _ scenario: Scenario, found rate: Int?,
    isClientBound: Bool = false
  ) throws -> Measurement {
    let lowest = 1000
    let window = Scenario(
      server: scenario.server, load: scenario.load.window(at: rate ?? lowest),
      isTwin: scenario.isTwin)
    let client = ClientReport.simulated(
      window, SimulatedLoad(messagesPerSecond: Double(rate ?? lowest)))
    let condition = scenario.load.findRate!
    var search = RateReport(
      Workload(load: scenario.load, warmup: .milliseconds(20), seed: 1), condition,
      .milliseconds(100))
    search.valid = true
    (search.rate, search.held, search.failed) = (rate, rate, rate.map { $0 + $0 / 20 } ?? lowest)
    search.limit = isClientBound ? .client : .condition
    if rate == nil {
      let failed = RateSearch.Step(rate: lowest, isConfirmation: false)
      search.windows = [RateWindow(client, failed, condition)]
    }
    return Measurement(
      call.trial, name: scenario.name, attempt: call.attempt, outcome: .ran, client: client,
      search: search)
  }
}
