internal import ArgumentParser
internal import EchoIO

/// A value as it was given: read at once, but complained about in `validate()`, where the
/// complaint can name its option and comes with the right usage. Options of it that are numbers
/// are parsed `.unconditional`: `-1s` is then a value to complain about, not an option.
struct Given<Value: ReadableText>: ExpressibleByArgument, Sendable {
  private let text: String
  private let reading: Result<Value, UnitError>

  init(argument: String) {
    text = argument
    reading = Result { () throws(UnitError) in try Value(parsing: argument) }
  }

  /// The value, once `check` has passed.
  var value: Value {
    get throws { try reading.get() }
  }

  /// - Throws: `ValidationError`: `'--connections' must be at least 1, got 0.`
  @discardableResult
  func check(_ option: String) throws -> Value {
    do {
      return try reading.get()
    } catch {
      throw ValidationError("'\(option)' \(error), got \(text).")
    }
  }
}

extension Given: CustomStringConvertible {
  var description: String { text }
}
