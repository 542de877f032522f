internal import EchoIO
internal import EchoSuite

/// Tells a person where a suite stands: on a terminal in one line that is written over, elsewhere in
/// a line now and then.
struct StandingLine {
  private let form: Form
  /// Writes to the person; in tests to nobody.
  private let write: (String) -> Void
  private let start: ContinuousClock.Instant
  /// When the last line was written, where lines are kept.
  private var told: ContinuousClock.Instant

  enum Form {
    /// Written over. The columns of a terminal may change while the suite runs.
    case terminal(columns: @Sendable () -> Int)
    /// For a file or a pipe, where each line stays: one after ten seconds is enough to see that it goes on.
    case lines
  }

  private static let interval = Duration.seconds(10)

  init(
    _ form: Form, at now: ContinuousClock.Instant = .now, write: @escaping (String) -> Void
  ) {
    self.form = form
    self.write = write
    start = now
    told = now
  }

  mutating func show(_ standing: Standing, at now: ContinuousClock.Instant = .now) {
    let text = text(standing, elapsed: now - start)
    switch form {
    case .terminal(let columns):
      write("\r\u{1b}[K\(text.fitted(to: columns() - 1))")
    case .lines:
      guard now - told >= Self.interval else { return }
      told = now
      write("echobench: \(text)\n")
    }
  }

  func clear() {
    if case .terminal = form { write("\r\u{1b}[K") }
  }

  /// What matters most goes first: the end is what a narrow terminal loses.
  private func text(_ standing: Standing, elapsed: Duration) -> String {
    let done = standing.done - standing.doneBefore
    let open = standing.total - standing.done
    let left = done > 0 && open > 0 ? ", \(aboutTime(elapsed / done * open)) left" : ""
    let notes =
      (standing.repeated > 0 ? ", \(standing.repeated) repeated" : "")
      + (standing.withoutFigure > 0 ? ", \(standing.withoutFigure) without a figure" : "")
    let last = standing.last.isEmpty ? "" : "; \(standing.last)"
    let place = standing.purpose ?? "\(standing.done) of \(plural(standing.total, "trial"))"
    let bound = standing.purpose == nil || left.isEmpty ? left : ", at most" + left.dropFirst()
    return "\(place)\(bound)\(notes)\(last)"
  }
}

/// `45s`, `2m5s`, `1h10m`: as exact as such a guess is.
func aboutTime(_ time: Duration) -> String {
  let seconds = max(0, time.components.seconds)
  return switch seconds {
  case ..<60: "\(seconds)s"
  case ..<3600: "\(seconds / 60)m\(seconds % 60)s"
  default: "\(seconds / 3600)h\(seconds % 3600 / 60)m"
  }
}

extension String {
  /// As much of it as a terminal shows in so many columns: a line that wraps cannot be written over.
  func fitted(to columns: Int) -> String {
    guard columns > 0 else { return "" }
    guard reduce(0, { $0 + $1.columns }) > columns else { return self }
    var used = 1
    let kept = prefix { character in
      used += character.columns
      return used <= columns
    }
    return "\(kept)…"
  }
}

extension Character {
  /// How wide a terminal may show it: what is not ASCII may take two columns.
  fileprivate var columns: Int { isASCII ? 1 : 2 }
}
