/// A parser, or several that read the same kind of text, and the laws that hold whatever it is given. Another
/// target is another entry in one of the files of `Targets`.
struct Target: Sendable {
  /// Of its folder of examples, too.
  let name: String
  /// How many times the input may be held at once.
  let factor: Int
  /// Bytes that may be held at once beyond that: what does not grow with it, and room for
  /// what is much larger than its text where that is short, as the tables of a JSON decoder are.
  let allowance: Int
  let `try`: @Sendable ([UInt8]) -> Void

  init(
    _ name: String, factor: Int = 10, allowance: Int = 2 << 20,
    _ try: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.name = name
    self.factor = factor
    self.allowance = allowance
    self.try = `try`
  }

  /// Of what is read as text, whatever it is.
  init(
    text name: String, allowance: Int = 2 << 20, _ try: @escaping @Sendable (String) -> Void
  ) {
    self.init(name, allowance: allowance) { `try`(String(decoding: $0, as: UTF8.self)) }
  }

  static let all = units + commands + histograms + kernel + documents + files + suites
}
