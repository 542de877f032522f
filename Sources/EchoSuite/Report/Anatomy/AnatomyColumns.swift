internal import EchoIO

/// The columns of what a message costs; those of which nothing is known are left out.
enum AnatomyColumns {
  static func figures(of rows: [AnatomyRecord]) -> [Column<AnatomyRecord>] {
    all.filter { column in rows.contains { column.text($0) != nil } }
  }

  private static let all: [Column<AnatomyRecord>] = [
    Column("Calls/msg", value: { $0.anatomy?.callsPerMessage }, format: { fixed($0, 2) }),
    Column("System calls", .left, value: { $0.anatomy?.callList }),
    Column("Bytes/read", value: { $0.anatomy?.reads?.bytesPerCall }, format: { fixed($0, 0) }),
    Column("Bytes/write", value: { $0.anatomy?.writes?.bytesPerCall }, format: { fixed($0, 0) }),
    Column(
      "Voluntary switches/msg", value: { $0.anatomy?.voluntarySwitches },
      format: { fixed($0, 2) }),
    Column(
      "Involuntary switches/msg", value: { $0.anatomy?.involuntarySwitches },
      format: { fixed($0, 3) }),
    Column("Migrations/msg", value: { $0.anatomy?.migrations }, format: { fixed($0, 3) }),
    Column("Minor faults/msg", value: { $0.anatomy?.minorFaults }, format: { fixed($0, 3) }),
    Column("Instructions/msg", value: { $0.anatomy?.instructions }, format: { fixed($0, 0) }),
  ]

  /// Why there is a dash: `instructions: valgrind is missing`, each reason once, with its figures.
  static func reasons(of rows: [AnatomyRecord]) -> [String] {
    var figures: [String: Set<Anatomy.Figure>] = [:]
    for (figure, reason) in rows.flatMap({ $0.anatomy?.unavailable ?? [:] }) {
      figures[reason, default: []].insert(figure)
    }
    let order = Anatomy.Figure.allCases
    return figures.map { reason, figures in
      (order.filter(figures.contains).map(\.rawValue).joined(separator: ", "), reason)
    }.sorted { $0 < $1 }.map { "\($0): \($1)" }
  }
}

extension Anatomy {
  /// `read 1.00, write 1.00, epoll_wait 0.20`, the most first.
  var callList: String? {
    calls.map { calls in
      calls.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { "\($0.key) \(fixed($0.value, 2))" }.joined(separator: ", ")
    }
  }
}
