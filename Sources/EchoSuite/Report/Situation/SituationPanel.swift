internal import EchoIO

/// What makes a picture by itself: a value of each axis but the inner one, and who drives.
struct SituationPanel: Hashable, Sendable {
  /// Of the outer axes, as a link has them.
  let values: [String]
  let client: Client?
  let verification: Verification
  /// Of the loads in it; those of an engine are driven alike.
  let engine: Engine
  /// `Event client, 64 KiB messages`.
  let heading: String
}

extension Situations {
  /// The picture in which a scenario is.
  func panel(of scenario: Scenario) -> SituationPanel {
    let load = scenario.load
    let values = zip(axes, self[load].values).filter { $0.0 != inner }
    let others = values.filter { $0.0.name != LoadAxis.engine.name }.map { axis, argument in
      axis.words(argument)
    }
    let engine = "\(load.engine.rawValue.prefix(1).uppercased())\(load.engine.rawValue.dropFirst())"
    let driver = scenario.client.map { ["driven by \($0.name)"] } ?? []
    let checked = load.verification == .full ? [] : ["verification \(load.verification.rawValue)"]
    return SituationPanel(
      values: values.map(\.1), client: scenario.client, verification: load.verification,
      engine: load.engine,
      heading: (["\(engine) client"] + others + driver + checked).joined(separator: ", "))
  }

  /// The pictures in which these are, in the order of their axes' values.
  func panels(of scenarios: [Scenario]) -> [SituationPanel] {
    let outer = self.outer
    let place = { (panel: SituationPanel) in
      zip(outer, panel.values).map { axis, argument in
        axis.values.firstIndex { $0.argument == argument } ?? 0
      }
    }
    return scenarios.map(panel).uniqued.enumerated().sorted { left, right in
      let places = (place(left.element), place(right.element))
      return places.0 == places.1
        ? left.offset < right.offset : places.0.lexicographicallyPrecedes(places.1)
    }.map(\.element)
  }

  /// The value of the inner axis that a load has; nil where there is no such axis.
  func innerValue(of load: Load) -> Value? {
    guard let place = axes.firstIndex(where: { $0 == inner }) else { return nil }
    let argument = self[load].values[place]
    return axes[place].values.first { $0.argument == argument }
  }
}

extension Situations.Axis {
  /// A value in a sentence or a heading: `64 KiB messages`, `500 connections`, `depth 4`.
  func words(_ argument: String) -> String {
    let text = values.first { $0.argument == argument }?.text ?? argument
    return switch name {
    case LoadAxis.size.name: "\(text) messages"
    case LoadAxis.connections.name: text == "1" ? "1 connection" : "\(text) connections"
    case LoadAxis.rate.name: text
    default: "\(title.lowercased()) \(text)"
    }
  }
}

extension SituationPanel {
  /// How such a client works, for a reader who asks which of them resembles his.
  var detail: String {
    switch engine {
    case .blocking: "a thread per connection waits for each reply"
    case .event: "a thread drives many connections (epoll)"
    }
  }
}

extension Sequence where Element: Hashable {
  /// Each once, in the order of the first.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
