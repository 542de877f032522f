internal import EchoIO

/// A load as a reader finds his own in it: by the axes in which the loads of a suite differ.
struct Situation: Hashable, Sendable {
  /// Of each axis, the text that it reads and that names it in a link: `event`, `1000`.
  let values: [String]
}

/// The axes in which the loads of a suite differ, and the situations that they make.
struct Situations: Sendable {
  struct Axis: Sendable, Equatable {
    /// Of the load's axis: `engine`, `size`.
    let name: String
    /// `Engine`, `Message size`.
    let title: String
    /// In ascending order where they are numbers, else as the plan has them.
    let values: [Value]
  }

  struct Value: Hashable, Sendable {
    let argument: String
    /// As tables have it: `64 KiB`, `1,000/s`.
    let text: String
  }

  /// In the order of ``LoadAxis/all``, but the engine first.
  let axes: [Axis]
  private let loadAxes: [LoadAxis]

  init(of loads: [Load]) {
    let inOrder = [LoadAxis.engine] + LoadAxis.all.filter { $0.name != LoadAxis.engine.name }
    loadAxes = inOrder.filter { axis in
      guard axis.name != LoadAxis.verification.name else { return false }
      guard axis.name != LoadAxis.engine.name else {
        return Set(loads.map(axis.argument)).count > 1
      }
      // What differs between the engines only is the engine's: 5 workers here, and 1 there.
      return Engine.allCases.contains { engine in
        Set(loads.filter { $0.engine == engine }.map(axis.argument)).count > 1
      }
    }
    axes = loadAxes.map { axis in
      var values: [Value] = []
      for load in loads {
        let value = Value(argument: axis.argument(load), text: axis.text(load))
        if !values.contains(value) { values.append(value) }
      }
      if axis.name != LoadAxis.engine.name, values.allSatisfy({ Int($0.argument) != nil }) {
        values.sort { (Int($0.argument) ?? 0) < (Int($1.argument) ?? 0) }
      }
      return Axis(name: axis.name, title: axis.title, values: values)
    }
  }

  /// Of every row, verified or not.
  init(_ result: SuiteResult) {
    self.init(of: (result.summaries + result.unverified).map(\.scenario.load))
  }

  subscript(load: Load) -> Situation {
    Situation(values: loadAxes.map { $0.argument(load) })
  }

  /// The axis whose values stand side by side or on an axis of a picture: the one with most values,
  /// but for the engine, under which rankings flip. Nil where the loads are all one.
  var inner: Axis? {
    axes.filter { $0.name != LoadAxis.engine.name }.max { $0.values.count < $1.values.count }
  }

  /// Those that make a picture each: all but the inner one.
  var outer: [Axis] { axes.filter { $0 != inner } }
}

extension LoadAxis {
  /// As a title of a column: `Message size`, `Connections`.
  fileprivate var title: String {
    if name == LoadAxis.size.name { return "Message size" }
    let words = name.replacing("-", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// As tables have a value.
  fileprivate func text(_ load: Load) -> String {
    switch name {
    case LoadAxis.size.name: "\(load.size)"
    case LoadAxis.rate.name: load.rate.map { "\(grouped($0))/s" } ?? "closed loop"
    default: argument(load)
    }
  }
}
