internal import EchoIO

/// What a reader picks one value of, to see the rows that are like his own case.
struct PageAxis: Sendable {
  /// In a link: `engine`, `size`.
  let name: String
  let title: String
  let values: [Situations.Value]
  private let argument: @Sendable (Scenario) -> String

  /// Those in which the loads of a suite differ, and who drives where there are several.
  static func all(of result: SuiteResult) -> [PageAxis] {
    let loads = result.summaries.map(\.scenario.load)
    let situations = Situations(of: loads)
    let axes = situations.axes.enumerated().map { index, axis in
      PageAxis(
        name: axis.name, title: axis.title, values: axis.values,
        argument: { situations[$0.load].values[index] })
    }
    guard result.plan.hasClients else { return axes }
    let names = result.summaries.map(\.scenario.clientName)
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return axes + [
      PageAxis(
        name: "client", title: "Client",
        values: names.map { Situations.Value(argument: $0, text: $0) },
        argument: \.clientName)
    ]
  }

  /// Which of its values a scenario has.
  func place(of scenario: Scenario) -> Int {
    let argument = argument(scenario)
    return values.firstIndex { $0.argument == argument } ?? 0
  }
}
