internal import EchoIO
internal import EchoSuite

/// Tells a person at a terminal where a run of the client stands, in one line that is written over;
/// intervals that have passed stay above it.
struct RunLine {
  /// Of the terminal, which may change while the run lasts.
  let columns: () -> Int
  /// Writes to the person; in tests to nobody.
  let write: (String) -> Void

  func show(_ text: String) {
    write("\(Self.start)\(text.fitted(to: columns() - 1))")
  }

  func show(_ standing: RunStanding) {
    show(standing.text)
  }

  func tell(_ interval: ClientReport.Interval) {
    write("\(Self.start)\(interval.line.fitted(to: columns() - 1))\n")
  }

  func clear() { write(Self.start) }

  /// To the first column, and nothing on the line.
  private static let start = "\r\u{1b}[K"
}

extension RunStanding {
  /// What matters most goes first: the end is what a narrow terminal loses.
  var text: String {
    let rate = messagesPerSecond.map { "; \(grouped($0)) messages/s" } ?? ""
    // What is left of a second is a second.
    let time = left.map { aboutTime(.nanoseconds($0.nanoseconds + 999_999_999)) }
    return switch phase {
    case .warmUp: "warm-up, \(time ?? "") left\(rate)"
    case .window:
      if let time { "\(time) left\(rate)" } else { "\(grouped(completed)) messages\(ofAll)\(rate)" }
    case .ending: "the window is over; waiting for what is on its way"
    }
  }

  private var ofAll: String { total.map { " of \(grouped($0))" } ?? "" }
}
