internal import EchoIO

/// Calls that a tracer has counted while messages were echoed.
struct CountedCalls {
  /// What two runs of a client differ by that are the same but for how many messages they send: what
  /// connecting and closing cost is in both.
  let calls: TracedCalls
  let messages: Double

  /// - Parameters:
  ///   - few, many: what the server did from before one connected until it had closed its connections.
  init(few: (calls: TracedCalls, messages: Double), many: (calls: TracedCalls, messages: Double)) {
    calls = many.calls - few.calls
    messages = many.messages - few.messages
  }
}

extension Anatomy {
  /// Calls that a server makes once in 200 messages or less, for a timer say, or of which one run had
  /// some more than the other, are not what a message costs.
  static let negligible = 0.005

  /// Messages of which a run has to have more than the other for their difference to say anything.
  static let fewestMessages = 20.0

  /// Takes in what was counted.
  /// - Parameter size: of a message, in bytes.
  mutating func count(_ counted: CountedCalls, size: Int) {
    guard counted.messages >= Self.fewestMessages else {
      unavailable[.calls] =
        "too few messages came back while the system calls were counted: try a longer --duration"
      return
    }
    let perMessage = counted.calls.byName.mapValues { Double($0.calls) / counted.messages }
    calls = perMessage.filter { $0.value >= Self.negligible }
    // An eventfd's counter cannot be told from a message of its size.
    reads = transfers(.read, counted, countsEights: size > 8)
    writes = transfers(.write, counted, countsEights: size > 8)
  }

  private func transfers(
    _ kind: CallKind, _ counted: CountedCalls, countsEights: Bool
  ) -> Transfers? {
    let shown = counted.calls.byName.filter {
      CallKind($0.key) == kind && calls?[$0.key] != nil
    }.values
    guard !shown.isEmpty else { return nil }
    let perMessage = { (sum: Int) in max(0, Double(sum) / counted.messages) }
    let eights = countsEights ? perMessage(shown.map(\.eights).reduce(0, +)) : 0
    return Transfers(
      calls: perMessage(shown.map(\.calls).reduce(0, +)),
      bytes: perMessage(shown.map(\.results).reduce(0, +)),
      eights: eights >= Self.negligible ? eights : 0)
  }

  /// Takes in what a client has read at the edges of a window in which nobody traced.
  mutating func observe(_ report: ClientReport) {
    let messages = Double(report.counts.completed)
    guard let server = report.server, messages > 0 else {
      let reason = report.serverUnknown ?? "the server's usage could not be read"
      for figure in [Figure.switches, .migrations, .faults] { unavailable[figure] = reason }
      return
    }
    voluntarySwitches = Double(server.voluntarySwitches) / messages
    involuntarySwitches = Double(server.involuntarySwitches) / messages
    minorFaults = server.minorFaults.map { Double($0) / messages }
    migrations = server.migrations.map { Double($0) / messages }
    if migrations == nil {
      unavailable[.migrations] =
        "this kernel does not count them (/proc/[pid]/sched needs CONFIG_SCHED_DEBUG)"
    }
  }
}
