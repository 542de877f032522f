/// One axis of a load: its names, its rules and its wording, for everybody who reads, checks,
/// passes on or shows it.
public struct LoadAxis: Sendable {
  /// Of the option, without its dashes.
  public let name: String
  /// The key of a suite file whose values it sweeps; nil where servers have it as a key of their own.
  public let suiteKey: String?
  /// A sentence for `--help`.
  public let help: String
  /// Whether it is an option without a value, which turns it on.
  public let isFlag: Bool
  /// The argument that stands for nothing, and is not passed on: whoever does not know the axis yet can
  /// be told everything else. Nil where there is none.
  let omitted: String?
  /// Whether the client has an option of that name; what it has none for, its address tells.
  let isOption: Bool
  /// The values there are to choose from; empty when it is a number.
  public let choices: [String]
  /// Takes the axis from text as a person writes it.
  let read: @Sendable (String, inout Load) throws(UnitError) -> Void
  /// Sets the axis, which nobody gave, from those before it.
  let settle: @Sendable (inout Load) -> Void
  /// The text that `read` takes.
  public let argument: @Sendable (Load) -> String
  /// How a scenario's name tells it; nil where it goes without saying.
  let label: @Sendable (Load) -> String?
  /// The rule that a value breaks, in words that follow the axis's name; nil when it is fine.
  let problem: @Sendable (Load) -> String?

  init(
    _ name: String, suiteKey: String?, help: String, isFlag: Bool = false, omitted: String? = nil,
    isOption: Bool = true, choices: [String] = [],
    read: @escaping @Sendable (String, inout Load) throws(UnitError) -> Void,
    settle: @escaping @Sendable (inout Load) -> Void = { _ in },
    argument: @escaping @Sendable (Load) -> String,
    label: @escaping @Sendable (Load) -> String?,
    problem: @escaping @Sendable (Load) -> String? = { _ in nil }
  ) {
    self.name = name
    self.suiteKey = suiteKey
    self.help = help
    self.isFlag = isFlag
    self.omitted = omitted
    self.isOption = isOption
    self.choices = choices
    self.read = read
    self.settle = settle
    self.argument = argument
    self.label = label
    self.problem = problem
  }
}

/// A value of an axis that cannot be: its rule in words that follow the axis's name, and what was
/// given.
public struct LoadError: Error {
  public let axis: LoadAxis
  public let rule: String
  public let given: String
  /// Another axis that may be what has to change, and what to.
  public let remedy: (axis: LoadAxis, value: String)?

  init(axis: LoadAxis, rule: String, given: String, remedy: (LoadAxis, String)? = nil) {
    self.axis = axis
    self.rule = rule
    self.given = given
    self.remedy = remedy
  }
}

extension Load {
  /// Reads a load from text by the axes' names; what is missing takes its default.
  public init(_ texts: [String: String]) throws(LoadError) {
    self.init()
    for axis in LoadAxis.all {
      guard let text = texts[axis.name] else {
        axis.settle(&self)
        continue
      }
      do {
        try axis.read(text, &self)
      } catch {
        throw LoadError(axis: axis, rule: error.description, given: text)
      }
    }
    try check()
  }

  /// - Throws: the first rule that is broken, wherever the values come from.
  public func check() throws(LoadError) {
    for axis in LoadAxis.all {
      guard let rule = axis.problem(self) else { continue }
      throw LoadError(
        axis: axis, rule: rule, given: axis.argument(self), remedy: remedy(for: axis))
    }
  }

  /// For who asks for fewer connections than there are workers by themselves.
  private func remedy(for axis: LoadAxis) -> (LoadAxis, String)? {
    axis.name == LoadAxis.connections.name && (1..<workers).contains(connections)
      ? (.workers, "\(connections)") : nil
  }

  /// The options that give this load to `echobench client`.
  public var arguments: [String] {
    LoadAxis.all.filter(\.isOption).flatMap { axis -> [String] in
      let argument = axis.argument(self)
      if argument == axis.omitted { return [] }
      return axis.isFlag ? ["--\(axis.name)"] : ["--\(axis.name)", argument]
    }
  }

  /// The words that tell it from other loads in a name: `1000 B`, `event`.
  public var labels: [String] { LoadAxis.all.compactMap { $0.label(self) } }
}

extension LoadAxis {
  /// One text for each value, however it is written.
  public func canonical(_ text: String) throws(UnitError) -> String {
    var load = Load()
    try read(text, &load)
    return argument(load)
  }
}

/// Reads one of an enumeration's names.
public func readChoice<Value: RawRepresentable<String> & CaseIterable>(
  _ text: String
) throws(UnitError) -> Value {
  guard let value = Value(rawValue: text) else {
    throw UnitError("must be of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
  }
  return value
}
