public import EchoIO

/// What each server of a suite reaches in a closed loop, found in a few short trials before the suite is
/// planned: what its rates are parts of, where its file has percentages.
///
/// Latencies at different rates compare nothing. So all servers have the same rates, which are parts of
/// what the slowest of them reaches.
public struct Pilot: Codable, Equatable, Sendable {
  /// One for each load of the suite, whatever its rates.
  public let loads: [Found]

  /// Under one load.
  public struct Found: Codable, Equatable, Sendable {
    /// A closed loop.
    public let load: Load
    /// In the order of the suite.
    public let servers: [Reached]
    /// Which the suite's rates are, ascending: 0.2 for 20 %.
    let parts: [Double]
  }

  /// What came of one server.
  public struct Reached: Codable, Equatable, Sendable {
    public let name: String
    /// Nil for a command whose buffer nobody sets.
    public let bufferBytes: Int?
    /// The median of its windows; nil where it is left out.
    public let messagesPerSecond: Double?
    /// Why it is left out.
    public let reason: String?

    enum CodingKeys: String, CodingKey {
      case name, reason
      case bufferBytes = "buffer_bytes"
      case messagesPerSecond = "messages_per_second"
    }
  }

  /// Rates that cannot be had from it.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    public let description: String
  }
}

extension Pilot.Found {
  /// The server that reaches least, and how much; nil where none ran.
  public var slowest: (server: Pilot.Reached, messagesPerSecond: Double)? {
    servers.compactMap { server in server.messagesPerSecond.map { (server, $0) } }
      .min { $0.1 < $1.1 }
  }

  /// The suite's rates, with the part that each is; none where no server ran.
  public var rates: [(part: Double, rate: Int)] {
    guard let slowest else { return [] }
    return parts.map { ($0, Self.rate($0 * slowest.messagesPerSecond)) }
  }

  /// To two significant digits, and at least 1: what is found is not known better than that.
  static func rate(_ messagesPerSecond: Double) -> Int {
    var unit = 1.0
    while messagesPerSecond / unit >= 99.5 { unit *= 10 }
    return max(1, Int((messagesPerSecond / unit).rounded() * unit))
  }

  /// The words that tell the load from others.
  public var name: String { load.labels.joined(separator: ", ") }

  /// - Throws: `Pilot.Failure` when it gives no rates, or the same twice.
  fileprivate func check() throws(Pilot.Failure) {
    guard slowest != nil else {
      let reasons = servers.map { "\($0.name): \($0.reason ?? "")" }.joined(separator: "; ")
      throw Pilot.Failure(
        description: "no server answers under \(name), so that there is nothing for 'rates' to be a"
          + " part of (\(reasons)). Give them as messages per second")
    }
    for (one, other) in zip(rates, rates.dropFirst()) where one.rate == other.rate {
      throw Pilot.Failure(
        description: "two of the 'rates' are the same under \(name), \(grouped(one.rate))/s:"
          + " \(Pilot.percent(one.part)) and \(Pilot.percent(other.part)) of what"
          + " \(slowest?.server.name ?? "") reaches. Leave one out")
    }
  }

  /// Servers that it knows a figure of.
  var measured: Int { servers.count { $0.messagesPerSecond != nil } }
}

extension Pilot {
  /// `20 %`, `2.5 %`, `0.125 %`: as many decimals as it has, which are millionths at most.
  static func percent(_ part: Double) -> String {
    var text = fixed(100 * part, 4)
    while text.hasSuffix("0") { text.removeLast() }
    return (text.hasSuffix(".") ? String(text.dropLast()) : text) + " %"
  }

  /// What it found, for a person: the rates of each load, and who is left out.
  public var lines: [String] {
    loads.flatMap { found -> [String] in
      let left = found.servers.compactMap { server in
        server.reason.map { "\(server.name) is left out under \(found.name): \($0)" }
      }
      guard let slowest = found.slowest else { return left }
      let rates = found.rates.map { "\(grouped($0.rate))/s" }.joined(separator: ", ")
      return left + [
        "\(slowest.server.name) reaches \(grouped(slowest.messagesPerSecond))/s under"
          + " \(found.name), the least of \(plural(found.measured, "server")): rates are \(rates)"
      ]
    }
  }
}

extension Load {
  /// What a pilot measures instead: a closed loop, with every byte compared.
  var piloted: Load {
    var load = verified
    (load.rate, load.arrival, load.spin) = (nil, nil, nil)
    return load
  }
}

extension Sweep {
  /// A part of what the slowest server reaches stands in a load's rate as its millionths.
  static let wholeRate = 1_000_000

  /// What a pilot has to measure: every server under every load, in a closed loop.
  var piloted: Sweep {
    var sweep = self
    sweep.hasRateParts = false
    sweep.hasTwin = false
    sweep.drivers = [.own]
    sweep.loads = []
    for load in loads where load.rate != nil && !sweep.loads.contains(load.piloted) {
      sweep.loads.append(load.piloted)
    }
    for index in sweep.entries.indices { sweep.entries[index].verifications = [.full] }
    return sweep
  }

  /// The parts that loads have which are the same in a closed loop, ascending.
  func parts(of load: Load) -> [Double] {
    Set(loads.filter { $0.piloted == load }.compactMap(\.rate)).sorted()
      .map { Double($0) / Double(Self.wholeRate) }
  }
}

extension SuiteFile {
  /// The same with the rates that a pilot gives instead of parts of them.
  /// - Throws: `Pilot.Failure` when it gives none, or not of these loads.
  public func paced(by pilot: Pilot) throws(Pilot.Failure) -> SuiteFile {
    guard sweep.hasRateParts else { return self }
    var file = self
    file.pilot = pilot
    file.sweep.hasRateParts = false
    for index in sweep.loads.indices {
      let load = sweep.loads[index]
      guard let millionths = load.rate else { continue }
      let part = Double(millionths) / Double(Sweep.wholeRate)
      guard let found = pilot.loads.first(where: { $0.load == load.piloted }) else {
        throw Pilot.Failure(description: "the pilot is of other loads")
      }
      try found.check()
      file.sweep.loads[index].rate = found.rates.first { $0.part == part }?.rate
    }
    return file
  }
}
