import Glibc

/// A law that does not hold: for which value, and which seed draws it.
public struct BrokenLaw: Error, CustomStringConvertible {
  public let seed: UInt64
  public let value: String
  public let reason: String

  public var description: String {
    "broken with ECHOBENCH_SEED=\(seed), by \(value): \(reason)"
  }
}

/// What a law says that is not so.
public struct NotSo: Error, CustomStringConvertible {
  public let description: String

  public init(_ words: String) {
    description = words
  }
}

/// - Throws: `NotSo` when it does not hold.
public func hold(_ condition: Bool, _ words: @autoclosure () -> String) throws {
  guard condition else { throw NotSo(words()) }
}

/// - Throws: `NotSo` when the two are not the same.
public func holdEqual<Value: Equatable>(
  _ found: Value, _ expected: Value, _ subject: @autoclosure () -> String = "it"
) throws {
  guard found == expected else {
    throw NotSo("\(subject()) is \(found), and not \(expected)")
  }
}

/// How many cases a law is tried with, and from which seed on: `ECHOBENCH_LONG=50` has fifty times as
/// many as usual, and `ECHOBENCH_SEED=123` begins with that one.
public enum Cases {
  public static var factor: Int { number("ECHOBENCH_LONG") ?? 1 }
  public static var firstSeed: UInt64? { number("ECHOBENCH_SEED").map { UInt64($0) } }

  static func seeds(_ count: Int) -> Range<UInt64> {
    let first = firstSeed ?? 1
    return first..<first + UInt64(count * max(1, factor))
  }

  private static func number(_ name: String) -> Int? {
    getenv(name).flatMap { Int(String(cString: $0)) }.flatMap { $0 > 0 ? $0 : nil }
  }
}

/// Tries a law with values, each drawn from a seed of its own.
/// - Parameter count: of cases, unless somebody asks for more (``Cases``).
/// - Throws: `BrokenLaw`, of the first value for which it does not hold.
public func forAll<Value>(
  _ count: Int, _ draw: (inout Draw) throws -> Value, holds law: (Value) throws -> Void
) throws {
  for seed in Cases.seeds(count) {
    var random = Draw(seed: seed)
    let value = try draw(&random)
    do {
      try law(value)
    } catch {
      throw BrokenLaw(seed: seed, value: "\(value)", reason: "\(error)")
    }
  }
}

/// The same of what takes its time, and draws as it goes.
public func forAllSeeds(
  _ count: Int, holds law: (inout Draw) async throws -> Void
) async throws {
  for seed in Cases.seeds(count) {
    var random = Draw(seed: seed)
    do {
      try await law(&random)
    } catch {
      throw BrokenLaw(seed: seed, value: "what it draws", reason: "\(error)")
    }
  }
}
