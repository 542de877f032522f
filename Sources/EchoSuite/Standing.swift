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
  /// What the rounds are still run for; nil when there is nothing to say.
  public let purpose: String?

  public init(
    done: Int, doneBefore: Int, total: Int, repeated: Int, withoutFigure: Int, last: String,
    purpose: String? = nil
  ) {
    self.done = done
    self.doneBefore = doneBefore
    self.total = total
    self.repeated = repeated
    self.withoutFigure = withoutFigure
    self.last = last
    self.purpose = purpose
  }
}
