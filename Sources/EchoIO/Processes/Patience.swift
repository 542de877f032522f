/// How long to wait for somebody else.
///
/// Time during which this process was stopped, or its machine slept, does not count: the others may
/// have been, too, and whoever comes back late looks once more before blaming anybody. So it is
/// spent in slices, and one that took far longer than asked for is not counted.
struct Patience {
  /// Nanoseconds.
  private(set) var left: UInt64

  init(_ span: TimeSpan) {
    left = span.nanoseconds
  }

  /// What to wait for next at most, in nanoseconds.
  var slice: UInt64 { min(left, Self.longestSlice) }

  /// Counts a wait of `asked` nanoseconds that took so many.
  mutating func spend(_ took: UInt64, asked: UInt64) {
    guard took <= asked + Self.lateness else { return }
    left -= min(left, took)
  }

  /// As long as that may pass unseen while this process is stopped.
  private static let longestSlice: UInt64 = 500_000_000

  /// A busy machine lets a process wait for a CPU that long; nobody is stopped for so little that it
  /// would matter.
  private static let lateness: UInt64 = 500_000_000
}

/// Waits beside `children`, until `condition` is true: it is asked after everything that happens to
/// one of them.
/// - Parameters:
///   - interval: how often to ask at least; nil where only the children can change it.
///   - input: is asked after what comes there, too.
/// - Returns: false when patience or `stop` ended it.
public func wait(
  beside children: [ChildProcess], atMost span: TimeSpan, every interval: TimeSpan? = nil,
  unless stop: StopSignal? = nil, reading input: InputLines? = nil,
  until condition: () throws -> Bool
) rethrows -> Bool {
  var patience = Patience(span)
  ChildProcess.awaitEvent(of: children, nanoseconds: 0)
  while true {
    let start = monotonicNow()
    if try condition() { return true }
    let asked = min(patience.slice, interval?.nanoseconds ?? .max)
    guard asked > 0, stop?.isFired != true else { return false }
    ChildProcess.awaitEvent(of: children, nanoseconds: asked, or: stop, reading: input)
    patience.spend(monotonicNow() - start, asked: asked)
  }
}
