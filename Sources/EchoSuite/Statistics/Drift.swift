/// What two runs of a suite differ by although nothing was changed, as logarithms: all rows together
/// by a shift, and each row by something of its own.
struct Drift: Equatable, Sendable {
  /// What all rows have in common, to be taken off a change; 0 where nobody measured it.
  let shift: Double
  /// Of a row's own part and of `shift`.
  let error: ErrorVariance
  /// Rows that the shift was measured by; 0 where none was.
  let rows: Int
  /// Servers that a row's own part was measured by; 0 where the usual is in its place.
  let servers: Int

  /// From how many rows of *other* servers on the shift is measured: with 8 of them a few may have
  /// been changed, and the trimmed mean of the rest still has a standard error of a third of a row's.
  static let enoughRows = 8
  /// From how many *other* servers on a row's own part is measured. What drifts apart are servers
  /// rather than rows: with 8 of them a standard deviation is known to within a quarter
  /// (1 ÷ √(2 · 7)), with two not at all, however many rows they have.
  static let enoughServers = 8

  /// The standard deviations between runs of a suite on the same machine, hours apart: of all rows
  /// together up to 0.10, and of a row beside the others 0.025 to 0.04.
  static let usualTogether = 0.10
  static let usualApart = 0.04

  /// Where nothing tells: as much as is usual, both parts of it.
  static let usual = Drift(
    shift: 0,
    error: ErrorVariance(known: usualTogether * usualTogether + usualApart * usualApart), rows: 0,
    servers: 0)

  /// For a row that is compared with what others did between the same two runs.
  ///
  /// The shift is the others' trimmed mean, so that a few of them may have been changed, too. They
  /// scatter around it by their rounds' noise and by what is each one's own: what their noise does
  /// not explain is taken for the latter, which a row has as well.
  ///
  /// - Parameter others: of other servers than the row's. A change of a server would be part of the
  ///   drift it is judged by, if its own rows were among them.
  static func among(_ others: [RunChange]) -> Drift {
    guard others.count >= enoughRows, let mean = TrimmedMean(others.map(\.logRatio)),
      let scatter = mean.variance
    else { return usual }
    let noise = others.reduce(0) { $0 + $1.noise.value } / Double(others.count)
    let servers = Set(others.map(\.server)).count
    guard servers >= enoughServers else {
      let apart = max(usualApart * usualApart, scatter.value - noise)
      let ofShift = apart / Double(servers) + noise / Double(others.count)
      return Drift(
        shift: mean.centre, error: ErrorVariance(known: apart + ofShift), rows: others.count,
        servers: 0)
    }
    // A scatter that its own error could hide is not taken for none.
    let degrees = min(scatter.degrees, servers - 1)
    let hidden = scatter.value * (2 / Double(degrees)).squareRoot()
    let apart = max(hidden, scatter.value - noise)
    return Drift(
      shift: mean.centre,
      error: ErrorVariance(apart + scatter.value / Double(servers), degrees: degrees),
      rows: others.count, servers: servers)
  }
}

extension Drift {
  /// The changes of all rows as ratios: each against the drift of the other servers' rows.
  static func ratios(of changes: [RunChange]) -> [RunRatio] {
    let drifts = byServer(changes)
    return changes.map { RunRatio($0, drifts[$0.server] ?? usual) }
  }

  /// For each server the drift that its rows are judged by.
  static func byServer(_ changes: [RunChange]) -> [Int: Drift] {
    Dictionary(
      uniqueKeysWithValues: Set(changes.map(\.server)).map { server in
        (server, among(changes.filter { $0.server != server }))
      })
  }

  /// What all rows did together, which nothing in the two runs can tell from the machine's doing: the
  /// usual drift has to cover it.
  static func together(_ changes: [RunChange]) -> RunRatio? {
    guard !changes.isEmpty else { return nil }
    let share = 1 / Double(changes.count)
    let apart = ErrorVariance(known: usualApart * usualApart * share)
    return RunRatio(
      ofServer: changes,
      Drift(
        shift: 0, error: ErrorVariance(known: usualTogether * usualTogether) + apart, rows: 0,
        servers: 0))
  }
}
