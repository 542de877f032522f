internal import CLinux
internal import Glibc

/// What a tracer counts of a server's system calls: memory that the tracer writes, in another process,
/// and this one reads.
public final class CallTable: Sendable {
  private let descriptor: Int32

  /// - Throws: `SystemError` when there is no descriptor or no memory left.
  public init() throws(SystemError) {
    descriptor = clinux_call_table()
    guard descriptor >= 0 else {
      throw SystemError("memfd_create", errno: -descriptor, remedy: moreDescriptors)
    }
  }

  deinit {
    close(descriptor)
  }

  /// Where another process of the same user finds it (proc_pid_fd(5)).
  public var path: String { "/proc/\(getpid())/fd/\(descriptor)" }

  /// What has been counted so far.
  public func read() throws(SystemError) -> TracedCalls {
    var numbers = [UInt64](repeating: 0, count: Int(clinux_call_table_size) / 8)
    let size = numbers.count * 8
    guard pread(descriptor, &numbers, size, 0) == size else { throw .last("pread") }
    return TracedCalls(table: numbers)
  }
}

/// System calls by name, of all threads of a server: since it was started, or between two readings.
public struct TracedCalls: Equatable, Sendable {
  public struct Totals: Equatable, Sendable {
    public var calls: Int
    /// The sum of what was returned, where that was more than 0.
    public var results: Int
    /// How often it was 8.
    public var eights: Int

    public init(calls: Int, results: Int = 0, eights: Int = 0) {
      self.calls = calls
      self.results = results
      self.eights = eights
    }

    // What mmap(2) and its like return are addresses: their sum means nothing, and may overflow.
    static func - (left: Totals, right: Totals) -> Totals {
      Totals(
        calls: left.calls &- right.calls, results: left.results &- right.results,
        eights: left.eights &- right.eights)
    }
  }

  /// Without those of which there is none.
  public private(set) var byName: [String: Totals]

  public init(_ byName: [String: Totals] = [:]) {
    self.byName = byName.filter { $0.value != Totals(calls: 0) }
  }

  /// - Parameter table: rows of three numbers, as the tracer has them.
  fileprivate init(table: [UInt64]) {
    let width = Int(clinux_call_columns)
    let rows = stride(from: 0, to: table.count, by: width).enumerated().map { number, start in
      let row = table[start..<start + width].map { Int(truncatingIfNeeded: $0) }
      return (Self.name(number), Totals(calls: row[0], results: row[1], eights: row[2]))
    }
    self.init(Dictionary(uniqueKeysWithValues: rows))
  }

  /// One that has no name here is called by its number.
  private static func name(_ number: Int) -> String {
    if number == Int(clinux_other_call) { return "other" }
    return clinux_call_name(Int32(number)).map { String(cString: $0) } ?? "call_\(number)"
  }

  public static func - (later: TracedCalls, earlier: TracedCalls) -> TracedCalls {
    let names = Set(later.byName.keys).union(earlier.byName.keys)
    let none = Totals(calls: 0)
    return TracedCalls(
      Dictionary(
        uniqueKeysWithValues: names.map { name in
          (name, later.byName[name, default: none] - earlier.byName[name, default: none])
        }))
  }
}
