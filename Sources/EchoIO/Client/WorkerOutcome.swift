/// What a worker leaves.
///
/// Unchecked: handed from the worker, which has ended, to whoever joins it.
struct WorkerOutcome: @unchecked Sendable {
  /// The window's; whoever has them deallocates them.
  let recorders: Recorders
  /// Messages that were on their way at the end of the window.
  let inFlight: Int
  /// Of these.
  let bytesInFlight: Int
  /// When sending the first of these began, on the run's clock; nil when there are none.
  let oldestStart: UInt64?
  let occupancy: Occupancy
  let backlog: Backlog
  /// Inside the window.
  let cpu: CPUTime
  let failure: Failure?
  /// When it sent, on the run's clock; nil of one that does not.
  let load: ClosedRange<UInt64>?
}
