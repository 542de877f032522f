import Foundation
import Glibc

@testable import EchoIO
@testable import EchoSuite

/// Ends the process where a law is broken.
func law(_ holds: Bool, _ broken: @autoclosure () -> String) {
  guard !holds else { return }
  complain("A law is broken: \(broken())")
  abort()
}

/// A line on standard error.
func complain(_ words: String) {
  let line = Array("\(words)\n".utf8)
  _ = write(STDERR_FILENO, line, line.count)
}

/// What is told of an error has words, an end, and nothing that steers a terminal.
/// - Parameter most: characters.
func lawOfWords(_ error: String, most: Int = 3 * mostLegible) {
  law(error.contains { $0.isLetter }, "an error without words")
  law(error.count <= most, "an error of \(error.count) characters: \(error.prefix(200))…")
  law(
    !error.split(separator: "\n").contains { String($0).hasControlCharacters },
    "an error with control characters: \(error)")
}

/// What a person writes is read; what is read is printed, and that is read as the same.
func lawOfText<Value: ReadableText & Equatable>(
  _ type: Value.Type, _ text: String, printed: (Value) -> String
) {
  do throws(UnitError) {
    let value = try Value(parsing: text)
    let printed = printed(value)
    law((try? Value(parsing: printed)) == value, "\(value) is printed as '\(printed)'")
  } catch {
    lawOfRule(error, text)
  }
}

/// A rule may have in it what was given, and nothing else that is long.
func lawOfRule(_ error: UnitError, _ text: String) {
  law(error.description.utf8.contains { $0 | 0x20 >= 0x61 }, "a rule without words")
  law(
    error.description.utf8.count <= 2 * text.utf8.count + mostLegible, "a rule without an end")
}

/// A document is read, or refused in words; what is read is written, and that is read as the same.
/// - Returns: nil where it is refused.
func lawOfDocument<Value: Codable & Equatable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
  do throws(FileProblem) {
    let value = try JSONDocument.decode(type, from: Data(bytes))
    let written: Data
    do {
      written = try JSONEncoder().encode(value)
    } catch {
      law(false, "what was read cannot be written: \(error)")
      return nil
    }
    law(
      (try? JSONDocument.decode(type, from: written)) == value, "it is not read as it was written")
    return value
  } catch {
    lawOfWords(legible(error.reason))
    return nil
  }
}
