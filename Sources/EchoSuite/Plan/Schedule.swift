/// Which trial comes next, given what has been tried so far.
///
/// A schedule keeps nothing of its own: the same plan and the same attempts give the same trial, so
/// that a suite that was interrupted goes on exactly as it would have without that.
public protocol Schedule: Sendable {
  /// The trial to run next, for the first time or again; nil when none is left.
  func next(given attempts: Attempts) -> Trial?

  /// How many trials have yet to run for the first time, at most.
  func trialsLeft(given attempts: Attempts) -> Int
}
