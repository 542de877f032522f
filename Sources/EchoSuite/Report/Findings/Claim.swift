internal import EchoIO

/// The one thing that a matrix allows to be said of who is ahead, from its verdicts alone.
enum Claim: Equatable, Sendable {
  /// Nothing was measured.
  case nothing
  /// One server, or none that could be compared with it.
  case alone(String?)
  /// These are *better* than the reference at every value.
  case leaders([String])
  /// The reference is ahead: all that are compared are *worse* at every value.
  case reference
  /// Nobody is ahead at every value, and these are at some: at how many.
  case some([(server: String, count: Int)])
  /// All are *ties* at every value, within a bound.
  case ties(within: Double)
  /// Nobody is *better* anywhere, and that is known everywhere.
  case nobody
  /// Nobody is *better* anywhere, and somewhere that is not known.
  case nobodyShown
  /// Nothing is known of any.
  case undecided

  static func == (left: Claim, right: Claim) -> Bool {
    switch (left, right) {
    case (.nothing, .nothing), (.reference, .reference), (.nobody, .nobody),
      (.nobodyShown, .nobodyShown), (.undecided, .undecided):
      true
    case (.alone(let one), .alone(let other)): one == other
    case (.leaders(let one), .leaders(let other)): one == other
    case (.some(let one), .some(let other)):
      one.map(\.server) == other.map(\.server) && one.map(\.count) == other.map(\.count)
    case (.ties(let one), .ties(let other)): one == other
    default: false
    }
  }

  init(_ matrix: RatioMatrix) { self.init(matrix, by: matrix.metric) }

  /// - Parameter metric: the figure that counts; less of it is ahead where less is better.
  init(_ matrix: RatioMatrix, by metric: Metric) {
    let rows = matrix.rows.filter { !$0.outcomes(metric).isEmpty }
    guard !rows.isEmpty else {
      let measured = matrix.rows.filter { row in
        row.cells.contains { [.reference, .uncompared].contains($0.state) }
      }
      self = measured.isEmpty ? .nothing : .alone(measured.count == 1 ? measured[0].server : nil)
      return
    }
    let leaders = rows.filter { $0.isAlways(.better, metric) }
    let ahead = rows.filter { $0.count(metric, .better) > 0 }
    let verdicts = rows.flatMap { $0.outcomes(metric).map(\.outcome.verdict) }
    let isWhole = rows.allSatisfy { $0.outcomes(metric).count == matrix.values.count }
    if !leaders.isEmpty {
      self = .leaders(leaders.map(\.server))
    } else if !ahead.isEmpty {
      self = .some(ahead.map { ($0.server, $0.count(metric, .better)) })
    } else if isWhole, verdicts.allSatisfy({ $0 == .worse }) {
      self = .reference
    } else if isWhole, verdicts.allSatisfy({ $0.bound != nil }) {
      self = .ties(within: verdicts.compactMap(\.bound).max() ?? 0)
    } else if verdicts.allSatisfy({ $0 == .undecided }) {
      self = .undecided
    } else {
      self = isWhole && !verdicts.contains(.undecided) ? .nobody : .nobodyShown
    }
  }
}
