internal import EchoIO

/// What a message costs the server in CPU time, in the kernel and in its own code, beside what this
/// machine takes for it at least.
struct CostPictures {
  let result: SuiteResult

  init(_ result: SuiteResult) { self.result = result }

  /// A picture for each situation, with the first value of its inner axis; nil where no CPU time is
  /// known.
  var section: PictureSection? {
    let situations = Situations(result)
    let rows = result.summaries.filter { $0.scenario.load.verification != .off }
    let panels = situations.panels(of: rows.map(\.scenario)).compactMap { situation in
      let own = rows.filter { situations.panel(of: $0.scenario) == situation }
      return CostPanel(situation, own, situations, result)
    }
    guard !panels.isEmpty else { return nil }
    let figures = panels.enumerated().map { index, panel in
      Figure(
        name: "costs-\(index + 1)", title: "Server CPU per message, \(panel.heading)",
        description: panel.sentences, caption: "", drawing: CostPlot(panel, panels).drawing)
    }
    return PictureSection(
      id: "costs", heading: "What does a message cost the server?", figures: figures,
      after: [.paragraph(Text(reading(panels)))])
  }

  private func reading(_ panels: [CostPanel]) -> String {
    let floor =
      panels.contains { $0.floor != nil }
      ? " The dashed line is the machine's floor: to receive such a message once and to send it once,"
        + " in one thread that nobody has to wake."
      : ""
    return
      "CPU time of the server per message, the least first. How it divides into the kernel's and the"
      + " server's own code is counted in ticks of 10 ms, of all rounds together.\(floor)"
  }
}

/// What a message costs each server in one situation.
struct CostPanel: Equatable, Sendable {
  let heading: String
  /// The least first; those without a figure last.
  let rows: [Row]
  /// Nanoseconds; nil where the machine's floor is not known.
  let floor: Double?

  struct Row: Equatable, Sendable {
    let server: String
    /// Nanoseconds per message; nil where there is none.
    let cost: Double?
    /// Of the cost, what is the kernel's; nil where it is not known.
    let kernelShare: Double?
    /// What stands in the place of a figure.
    let status: String
    let isInvalid: Bool
  }

  /// Nil where no server's cost is known.
  init?(
    _ situation: SituationPanel, _ summaries: [Summary], _ situations: Situations,
    _ result: SuiteResult
  ) {
    let values = situations.inner?.values ?? []
    let first = values.first { value in
      summaries.contains { situations.innerValue(of: $0.scenario.load) == value }
    }
    let shown = summaries.filter { situations.innerValue(of: $0.scenario.load) == first }
    let all = shown.map(\.scenario.server.name).uniqued.compactMap { server in
      shown.filter { $0.scenario.server.name == server }.fitting
    }
    guard all.contains(where: { $0[.serverCPU] != nil }) else { return nil }
    let words = first.flatMap { value in situations.inner?.words(value.argument) }
    heading = ([situation.heading] + [words].compactMap { $0 }).joined(separator: ", ")
    rows = all.map(Row.init).enumerated().sorted { left, right in
      let costs = (left.element.cost ?? .infinity, right.element.cost ?? .infinity)
      return costs.0 == costs.1 ? left.offset < right.offset : costs.0 < costs.1
    }.map(\.element)
    floor = all.compactMap { result.distanceFromFloor($0)?.share }.first
  }

  var sentences: String {
    let servers = rows.map { row in
      guard let cost = row.cost else { return "\(row.server) \(row.status)" }
      let share = row.kernelShare.map { ", \(fixed(100 * $0, 0)) % of it in the kernel" } ?? ""
      return "\(row.server) \(brief(nanoseconds: cost))\(share)"
    }
    let least = floor.map { " The machine's floor is \(brief(nanoseconds: $0))." } ?? ""
    return "\(heading): \(servers.joined(separator: "; ")).\(least)"
  }
}

extension CostPanel.Row {
  fileprivate init(_ summary: Summary) {
    server = summary.scenario.server.name
    cost = summary[.serverCPU]?.value
    kernelShare = summary.kernelShare
    status = summary.status == .measured ? "unknown" : summary.statusText
    isInvalid = summary.status == .invalid
  }
}
