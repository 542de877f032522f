internal import EchoIO

/// What a duet found, as Markdown.
public struct DuetReport: Sendable {
  private let duet: Duet
  private let threshold: Double
  private let seed: UInt64

  /// - Parameter threshold: 0.01 for 1 %.
  public init(_ duet: Duet, threshold: Double, seed: UInt64) {
    self.duet = duet
    self.threshold = threshold
    self.seed = seed
  }

  public var markdown: String { document.markdown }

  var document: Document {
    let name = "\(duet.new.server.name) against \(duet.base.server.name), at the same moment"
    let title = Document.Block.heading(name, level: 1)
    guard duet.invalidReasons.isEmpty else {
      return Document(blocks: [
        title, .paragraph("\(strong: "INVALID"): \(duet.invalidReasons.joined(separator: "; "))."),
      ])
    }
    return Document(blocks: [title, .paragraph(decision), .table(table), .paragraph(method)])
  }

  private var decision: Text {
    let ratio = duet[.together]
    guard let value = ratio.figure, let interval = ratio.interval() else {
      return "\(strong: "Too little was read")."
    }
    guard duet.agreesWithItself else {
      return """
        \(strong: "Not used"): the base differs from itself with 99.9 % confidence. Something \
        disturbs this duet.
        """
    }
    let isRegression = duet.isRegression(beyond: threshold)
    let beyond = isRegression ? ", beyond \(percent(threshold))" : ""
    guard duet.agreesWithOthers else {
      let why: Text = """
        at the same moment the ratio is another than one after the other, with 99.9 % confidence. \
        These servers cost something else when they share the CPUs
        """
      guard isRegression else { return "\(strong: "Not used"): \(why)." }
      return """
        \(strong: "worse\(beyond)"): a message costs \(duet.new.server.name) more CPU time than \
        \(duet.base.server.name), at the same moment and one after the other. How much more is not \
        known: \(why).
        """
    }
    return """
      \(strong: "\(duet.ratioVerdict)\(beyond)"): \
      a message costs \(duet.new.server.name) \(fixed(value, 3)) times the CPU time that it costs \
      \(duet.base.server.name) (\(interval.text { fixed($0, 3) })).
      """
  }

  private var table: Table {
    let columns: [Column<Duet.Kind>] = [
      Column("Measured", .left, value: title),
      Column("Pairs", value: { [duet] in duet.count($0) }),
      Column("Server CPU ratio", value: { [duet] in duet[$0].figure }, format: { fixed($0, 3) }),
      Column(
        "interval", value: { [duet] in duet[$0].interval() },
        format: { $0.text { fixed($0, 3) } }),
      Column(
        "99.9 % interval",
        value: { [duet] in duet[$0].interval(confidence: Verdict.differenceConfidence) },
        format: { "\(fixed($0.lower, 3))–\(fixed($0.upper, 3))" }),
    ]
    return Table(Duet.Kind.allCases, columns)
  }

  private func title(_ kind: Duet.Kind) -> String {
    switch kind {
    case .together: "at the same moment"
    case .itself: "\(duet.base.server.name) beside itself"
    case .apart: "one after the other"
    }
  }

  private var method: Text {
    let load = duet.new.load.labels.joined(separator: ", ")
    return """
      \(load), each server with a client of its own, fresh processes for each pair, seed \(seed). \
      Ratios are new ÷ base; the second and the third line are checks. \
      \(plural(duet.unread, "pair")) were left out: not the same moment, or CPU time that could not \
      be read. Messages/s and latency say nothing in a duet, and are not shown.
      """
  }

  private func percent(_ share: Double) -> String {
    let text = fixed(100 * share, 1)
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " %"
  }
}
