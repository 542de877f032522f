/// A line of `trials.jsonl` that says: here the suite was gone on with, and what could not run until
/// then is tried again. Schema `echobench-resumption/1`.
struct Resumption: Codable, Equatable, Sendable {
  enum Schema: String, Codable, Sendable {
    case version1 = "echobench-resumption/1"
  }

  var schema = Schema.version1
  /// Attempts that were made before.
  let attempts: Int

  /// Whether a line may be one: any other has a trial.
  struct Stamp: Decodable {
    let schema: Schema
  }
}
