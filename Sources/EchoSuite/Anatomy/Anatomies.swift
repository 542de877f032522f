internal import EchoIO

/// What has been counted of a suite's servers: once for each server and load, whatever buffer a row has,
/// and whoever drives it.
public struct Anatomies: Equatable, Sendable {
  /// Of each server and load the last, in no order that means anything: what failed and was counted
  /// again may stand elsewhere than in the log.
  public private(set) var records: [AnatomyRecord] = []
  private var places: [Key: Int] = [:]

  private struct Key: Hashable {
    let server: String
    let load: Load

    init(_ scenario: Scenario) {
      server = scenario.server.name
      load = scenario.load.verified
    }
  }

  public init(_ records: some Sequence<AnatomyRecord> = []) {
    for record in records { append(record) }
  }

  mutating func append(_ record: AnatomyRecord) {
    let key = Key(record.scenario)
    if let place = places[key] {
      records[place] = record
    } else {
      places[key] = records.count
      records.append(record)
    }
  }

  /// What came of counting the server of a scenario under its load; nil where that was not tried.
  public func record(for scenario: Scenario) -> AnatomyRecord? {
    places[Key(scenario)].map { records[$0] }
  }

  /// What a message costs the server of a scenario under its load; nil where that is not known.
  public func anatomy(for scenario: Scenario) -> Anatomy? {
    record(for: scenario)?.anatomy
  }

  /// Those that gave nothing: a suite that is gone on with tries them again.
  mutating func forgetFailures() {
    self = Anatomies(records.filter { $0.outcome == .ran })
  }
}

extension Plan {
  /// The scenarios of which an anatomy is wanted, in the order of the plan: of each server and load
  /// the one with the smallest buffer that the message fits, else the largest. Not of a server that is
  /// there to be shown wrong, nor where the rate is searched.
  public var anatomyScenarios: [Scenario] {
    guard countsAnatomy else { return [] }
    var chosen: [Scenario] = []
    var places: [Server.Named: Int] = [:]
    for scenario in scenarios where scenario.isForAnatomy {
      let key = Server.Named(name: scenario.server.name, load: scenario.load)
      guard let place = places[key] else {
        places[key] = chosen.count
        chosen.append(scenario)
        continue
      }
      if scenario.fitsBetter(than: chosen[place]) { chosen[place] = scenario }
    }
    return chosen
  }
}

extension Plan {
  /// Instructions take long to count, and do not depend on the size: once for each server will do.
  func countsInstructions(in scenario: Scenario) -> Bool {
    anatomyScenarios.first { $0.server.name == scenario.server.name } == scenario
  }
}

extension Server {
  fileprivate struct Named: Hashable {
    let name: String
    let load: Load
  }
}

extension Scenario {
  fileprivate var isForAnatomy: Bool {
    client == nil && !isTwin && load.verification == .full && load.findRate == nil
      && server.correctedBy == nil
  }

  /// Whether its buffer is the better one for its messages: the smallest that they fit, else the
  /// largest there is.
  func fitsBetter(than other: Scenario) -> Bool {
    guard let own = server.bufferBytes, let theirs = other.server.bufferBytes else { return false }
    let size = load.size.bytes
    guard own >= size, theirs >= size else { return own > theirs }
    return own < theirs
  }
}
