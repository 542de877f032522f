/// Where a running suite stands.
public struct Standing: Equatable, Sendable {
  /// Trials that are done, of all.
  public let done: Int
  /// Those of them that an earlier run of the suite had done.
  public let doneBefore: Int
  public let total: Int
  /// Attempts that were made again.
  public let repeated: Int
  /// Attempts that gave no figure.
  public let withoutFigure: Int
  /// The scenario that ran last, also in an earlier run; empty before the first.
  public let last: String
}
