internal import EchoIO

/// How sentences call a situation, and the values of the axis that varies within it.
struct SituationWords: Equatable, Sendable {
  /// `Event client`; empty where the loads of a suite differ in one axis only.
  let title: String
  /// What that means: `one thread drives all connections`; nil where it needs no words.
  let explanation: String?
  /// Of the axis that varies: `size`; nil where none does.
  let axis: String?
  /// Its values, as tables have them.
  let values: [String]
  /// The title without the reference; nil where it has none in it.
  var unpaired: String?

  /// `Event client: one thread drives all connections`
  var text: String { explanation.map { "\(title): \($0)" } ?? title }

  /// ` at every message size`; nothing where there is one load.
  var every: String {
    if values.count < 2 { return at([0]) }
    return axis == LoadAxis.connections.name
      ? " from \(number(0)) to \(number(values.count - 1)) connections" : " at every \(noun(1))"
  }

  /// ` at any message size`
  var any: String { values.count > 1 ? " at any \(noun(1))" : every }

  /// ` at 2 of 4 message sizes`
  func some(_ count: Int) -> String {
    count == values.count ? every : " at \(count) of \(values.count) \(noun(values.count))"
  }

  /// ` at 4 KiB and 64 KiB`
  func at(_ places: [Int]) -> String {
    guard axis != nil else { return "" }
    if axis == LoadAxis.rate.name, places.allSatisfy({ values[$0] == Self.closedLoop }) {
      return " in a closed loop"
    }
    let numbers = listed(places.map(number))
    switch axis {
    case LoadAxis.size.name, LoadAxis.rate.name: return " at \(numbers)"
    case LoadAxis.transport.name: return " over \(numbers)"
    case LoadAxis.pipeline.name: return " at \(numbers) in flight"
    case LoadAxis.findRate.name: return " at condition \(numbers)"
    case let axis? where Self.isSetting(axis):
      return " at \(axis.replacing("-", with: " ")) \(numbers)"
    default: return " at \(numbers) \(numbers == "1" ? String(things.dropLast()) : things)"
    }
  }

  /// What stands for no rate.
  private static let closedLoop = "closed loop"

  private func number(_ place: Int) -> String {
    Int(values[place]).map { grouped($0) } ?? values[place]
  }

  /// Of the axis: `message size`, `numbers of connections`.
  func noun(_ count: Int) -> String {
    let noun =
      switch axis {
      case LoadAxis.size.name: "message size"
      case LoadAxis.rate.name: "rate"
      case LoadAxis.pipeline.name: "depth"
      case LoadAxis.transport.name: "transport"
      case LoadAxis.findRate.name: "condition"
      case let axis? where Self.isSetting(axis):
        "\(count == 1 ? "setting" : "settings") of \(axis.replacing("-", with: " "))"
      default: count == 1 ? "number of \(things)" : "numbers of \(things)"
      }
    return count == 1 || noun.contains("s of ") ? noun : noun + "s"
  }

  /// Of which there are no numbers: `never`, `every=10`, `on`.
  private static func isSetting(_ axis: String) -> Bool {
    [LoadAxis.reconnect, .arrival, .nodelay, .sendBuffer, .receiveBuffer].contains {
      $0.name == axis
    }
  }

  private var things: String {
    switch axis {
    case LoadAxis.workers.name: "client threads"
    case let axis?: axis.replacing("-", with: " ") + (axis.hasSuffix("s") ? "" : "s")
    case nil: ""
    }
  }
}

extension SituationWords {
  /// - Parameters:
  ///   - load: one of the situation's.
  ///   - outer: the axes in which situations differ.
  ///   - client: who drives; nil where that is the same for all.
  init(
    _ load: Load, outer: [Situations.Axis], client: String?, inner: Situations.Axis?,
    values: [String]
  ) {
    let parts = outer.compactMap { axis in
      LoadAxis.all.first { $0.name == axis.name }.map { Self.words($0, load) }
    }
    let words = parts + (client.map { ["driven by \($0)"] } ?? [])
    let joined = words.joined(separator: ", ")
    title = joined.prefix(1).uppercased() + joined.dropFirst()
    let isByEngine = outer.contains { $0.name == LoadAxis.engine.name }
    explanation = isByEngine && words.count == 1 ? Self.explanation(load) : nil
    axis = inner?.name
    self.values = values
  }

  /// Where a situation has several references.
  func against(_ reference: String) -> SituationWords {
    SituationWords(
      title: title.isEmpty ? "Against \(reference)" : "\(title), against \(reference)",
      explanation: nil, axis: axis, values: values, unpaired: title)
  }

  private static func words(_ axis: LoadAxis, _ load: Load) -> String {
    switch axis.name {
    case LoadAxis.engine.name: "\(load.engine.rawValue) client"
    case LoadAxis.size.name: "messages of \(load.mix?.description ?? "\(load.size)")"
    case LoadAxis.connections.name: plural(load.connections, "connection")
    case LoadAxis.workers.name: plural(load.workers, "client thread")
    case LoadAxis.rate.name: load.rate.map { "\(grouped($0)) messages/s" } ?? closedLoop
    case LoadAxis.pipeline.name: "\(load.depth) in flight"
    case LoadAxis.idle.name:
      load.idle.map { "\(grouped($0)) idle connections" } ?? "no idle connections"
    default: "\(axis.name.replacing("-", with: " ")) \(axis.argument(load))"
    }
  }

  private static func explanation(_ load: Load) -> String {
    guard load.engine == .event else { return "each connection has a thread that waits" }
    return load.workers == 1
      ? "one thread drives all connections" : "\(load.workers) threads drive all connections"
  }
}

/// `a`, `a and b`, `a, b and c`.
func listed(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.joined() }
  return "\(words.dropLast().joined(separator: ", ")) and \(last)"
}
