internal import EchoIO

/// One figure: what it is called, how it is written, which way is better, and how it is read from a
/// measurement. Whatever shows or compares figures iterates over ``all``.
struct Metric: Sendable {
  typealias Key = String

  /// Of its column in CSV and its member in JSON, in the unit of the value.
  let key: Key
  /// Of its column in tables, in the unit that is shown there.
  let title: String
  /// Of the value: `ns`, `bytes/s`.
  let unit: String
  let group: Group
  /// Nil where it depends.
  let better: Verdict.Better?
  /// What a value is divided by to be shown in a table, and its decimals there.
  let divisor: Double
  let digits: Int
  /// Decimals of the value itself, in CSV.
  let rawDigits: Int
  /// Whether it is a column of the tables; CSV and JSON have every metric.
  let inTables: Place
  /// Its name in a sentence; nil when servers are not compared by it.
  let comparedAs: String?
  /// The same for clients.
  let clientsComparedAs: String?
  /// Under which loads it says something of a row beside another.
  let comparedIn: Loops
  /// Whether it is unknown of a row as soon as one round does not know it.
  let needsEveryRound: Bool
  let overRounds: OverRounds
  /// Nil where it is unknown.
  let value: @Sendable (Measurement) -> Double?

  /// What it tells, which is how the columns are put in order.
  enum Group: Sendable {
    /// How much came through.
    case throughput
    /// What a message took: time, and CPU time.
    case cost
    /// What the server was and did: its processes, memory, calls.
    case server
    /// How busy the machine and the threads were.
    case utilisation
  }

  /// In which tables it is a column.
  enum Place: Sendable {
    case all, none
    /// Those whose rows differ in their connections.
    case ofConnections
    /// Those that have rows of an open loop.
    case ofOpenLoops
    /// Those that have rows whose rate is searched.
    case ofSearches
  }

  /// Loads by their pacing.
  enum Loops: Sendable {
    /// Open loops are those whose rate is given: what is searched differs from row to row.
    case all, closed, open, searched

    func includes(_ load: Load) -> Bool {
      switch self {
      case .all: true
      case .closed: !load.isOpen
      case .open: load.rate != nil
      case .searched: load.findRate != nil
      }
    }
  }

  /// What stands for the rounds.
  enum OverRounds: Sendable {
    /// An estimate with its interval, for what varies by factors: speeds and times.
    case estimated
    /// An estimate of what lies between 0 and 1.
    case share
    /// The median, for small counts, which are often 0.
    case median
    /// The mean, for what is counted in steps so coarse that a round may have none or one.
    case mean
    /// The most of any round.
    case most
    /// That of the last round.
    case last
  }

  init(
    _ key: Key, _ title: String, unit: String, _ group: Group, better: Verdict.Better? = nil,
    per divisor: Double = 1, digits: Int, rawDigits: Int = 1, inTables: Place = .none,
    comparedAs: String? = nil, clientsComparedAs: String? = nil, comparedIn: Loops = .all,
    needsEveryRound: Bool = false,
    overRounds: OverRounds = .estimated,
    value: @escaping @Sendable (Measurement) -> Double?
  ) {
    self.key = key
    self.title = title
    self.unit = unit
    self.group = group
    self.better = better
    self.divisor = divisor
    self.digits = digits
    self.rawDigits = rawDigits
    self.inTables = inTables
    self.comparedAs = comparedAs
    self.clientsComparedAs = clientsComparedAs
    self.comparedIn = comparedIn
    self.needsEveryRound = needsEveryRound
    self.overRounds = overRounds
    self.value = value
  }
}

/// Two are the same when their keys are.
extension Metric: Hashable {
  static func == (left: Metric, right: Metric) -> Bool { left.key == right.key }

  func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension Metric {
  /// Those that servers are compared by, under one load or another.
  static var compared: [Metric] { all.filter { $0.comparedAs != nil } }

  /// Those that servers are compared by under any of these loads.
  static func compared(under loads: [Load]) -> [Metric] {
    compared.filter { metric in loads.contains(where: metric.comparedIn.includes) }
  }

  /// The one that stands for a row of such a load, and has to converge: how fast it was, or where that
  /// is what was offered, how long it took.
  static func headline(of load: Load) -> Metric { load.rate == nil ? throughput(of: load) : p50 }

  /// How fast a row of such a load was.
  static func throughput(of load: Load) -> Metric {
    load.findRate == nil ? messagesPerSecond : rateThatHolds
  }

  /// Those that are columns of a table of rows with these loads.
  static func inTable(of loads: [Load]) -> [Metric] {
    let differ = Set(loads.map(\.connections)).count > 1
    let isOpen = loads.contains(where: \.isOpen)
    let isSearched = loads.contains { $0.findRate != nil }
    return all.filter { metric in
      switch metric.inTables {
      case .all: true
      case .ofConnections: differ
      case .ofOpenLoops: isOpen
      case .ofSearches: isSearched
      case .none: false
      }
    }
  }

  /// Those that clients are compared by.
  static var comparedOfClients: [Metric] { all.filter { $0.clientsComparedAs != nil } }

  /// What the rounds of a row gave of it; no points where it is unknown. Of a round in which no rate held, all
  /// there is to say is that: its windows are of rates that do not.
  func series(_ rounds: [Measurement]) -> Series {
    let rounds = self == .rateThatHolds ? rounds : rounds.filter { !$0.foundNoRate }
    let points = rounds.compactMap { measurement -> Series.Point? in
      guard let value = value(measurement), let window = measurement.client?.window else {
        return nil
      }
      return Series.Point(
        round: measurement.round, time: Double(window.startUnix) / 1e9, value: value)
    }
    return Series(points: needsEveryRound && points.count < rounds.count ? [] : points)
  }

  /// What stands for the rounds of every row of a suite; nil for a row of which it is unknown.
  func estimates(_ rows: [Series]) -> [Estimate?] {
    switch overRounds {
    case .estimated: Estimate.all(of: rows)
    case .share: Estimate.shares(of: rows)
    case .median: rows.map { Estimate(medianOf: $0.values) }
    case .mean: rows.map { Estimate(meanOf: $0.values) }
    case .most: rows.map { $0.values.max().map { Estimate(exactly: $0) } }
    case .last: rows.map { $0.values.last.map { Estimate(exactly: $0) } }
    }
  }

  /// What may be said of every pair of rows of a suite; nothing where it is no matter of good and bad.
  func comparisons(_ pairs: [(new: Series, base: Series)], _ looks: Looks) -> [Comparison?] {
    guard let better else { return pairs.map { _ in nil } }
    return Comparison.all(of: pairs, better: better, looks: looks)
  }

  /// By row and metric what `compute` gives of one metric for all `count` rows.
  static func byRow<Value>(
    _ count: Int, _ metrics: [Metric], _ compute: (Metric) -> [Value?]
  ) -> [[Key: Value]] {
    var rows = Array(repeating: [Key: Value](), count: count)
    for metric in metrics {
      for (row, value) in compute(metric).enumerated() { rows[row][metric.key] = value }
    }
    return rows
  }
}
