internal import ArgumentParser
internal import EchoIO

/// What load to put on a server: an option for each axis, which says itself what it takes.
struct LoadOptions: ParsableArguments {
  @Option(
    name: .both("w"), parsing: .unconditional, help: .axis(.workers, "number", default: "5"))
  var workers: String?

  @Option(name: .both("c"), parsing: .unconditional, help: .axis(.connections, "number"))
  var connections: String?

  @Option(parsing: .unconditional, help: .axis(.idle, "number"))
  var idleConnections: String?

  @Option(
    name: .both("s"), parsing: .unconditional, help: .axis(.size, "bytes", default: "1000"))
  var size: String?

  @Option(help: .axis(.engine, "engine"), completion: .list(LoadAxis.engine.choices))
  var engine: String?

  @Option(
    help: .axis(.verification, "check", default: "full"),
    completion: .list(LoadAxis.verification.choices))
  var verify: String?

  @Option(name: .both("r"), parsing: .unconditional, help: .axis(.rate, "messages/s"))
  var rate: String?

  @Option(
    help: .axis(.arrival, "arrival", default: "steady"), completion: .list(LoadAxis.arrival.choices)
  )
  var arrival: String?

  @Flag(help: .axis(.spin, "on|off"))
  var spin = false

  @Option(parsing: .unconditional, help: .axis(.pipeline, "number"))
  var pipeline: String?

  @Option(
    name: [.customLong("block"), .customLong("mpr")], parsing: .unconditional,
    help: .axis(.block, "number"))
  var block: String?

  @Option(defaultAsFlag: "every=1", help: .axis(.reconnect, "every=N"))
  var reconnect: String?

  @Option(
    help: .axis(.nodelay, "switch", default: "on"), completion: .list(LoadAxis.nodelay.choices))
  var nodelay: String?

  @Option(parsing: .unconditional, help: .axis(.sendBuffer, "bytes", default: "auto"))
  var sendBuffer: String?

  @Option(parsing: .unconditional, help: .axis(.receiveBuffer, "bytes", default: "auto"))
  var receiveBuffer: String?

  private var given: [(LoadAxis, String?)] {
    [
      (.workers, workers), (.connections, connections), (.size, size), (.engine, engine),
      (.verification, verify), (.idle, idleConnections), (.rate, rate), (.arrival, arrival),
      (.spin, spin ? "on" : nil), (.pipeline, pipeline), (.block, block),
      (.reconnect, reconnect), (.nodelay, nodelay), (.sendBuffer, sendBuffer),
      (.receiveBuffer, receiveBuffer),
    ]
  }

  /// Complains about an address that stands where `--reconnect` takes a value.
  func checkReconnect() throws {
    guard let reconnect, (try? Address(parsing: reconnect)) != nil else { return }
    throw ValidationError(
      "'--reconnect' takes what follows it: give the address before it, got \(reconnect).")
  }

  /// - Throws: `ValidationError`: `'--connections' must be at least 1, got 0.` The command's own
  ///   `validate()` asks for it: whether there is a rate may be up to its other options.
  var load: Load {
    get throws { try load(toFind: nil) }
  }

  /// The same, for what is counted per message of one size.
  var loadOfOneSize: Load {
    get throws {
      let load = try load
      guard load.mix == nil else {
        throw ValidationError(
          "'--size' must be a single size here, got \(LoadAxis.size.argument(load)).")
      }
      return load
    }
  }

  /// The same load, whose rate is the highest at which a condition holds; nil for one that is given, or none.
  func load(toFind condition: LatencyCondition?) throws -> Load {
    var texts = Dictionary(
      uniqueKeysWithValues: given.compactMap { axis, text in text.map { (axis.name, $0) } })
    texts[LoadAxis.findRate.name] = condition?.argument
    return try Self.complaining { [texts] () throws(LoadError) in try Load(texts) }
  }

  /// Whether that load can be put on a server at `address`.
  /// - Throws: `ValidationError`.
  func check(for address: Address, toFind condition: LatencyCondition?) throws {
    var load = try load(toFind: condition)
    guard let transport = address.transport else { return }
    load.transport = transport
    try Self.complaining { [load] () throws(LoadError) in try load.check() }
  }

  private static func complaining<Result>(
    _ body: () throws(LoadError) -> Result
  ) throws -> Result {
    do throws(LoadError) {
      return try body()
    } catch {
      let remedy = error.remedy.map { " Give '--\($0.axis.name) \($0.value)', too." } ?? ""
      throw ValidationError(
        "'--\(error.axis.name)' \(error.rule), got \(error.given).\(remedy)")
    }
  }
}

extension ArgumentHelp {
  /// The axis's own words, and its default where those do not say it.
  static func axis(
    _ axis: LoadAxis, _ value: String, default text: String? = nil
  ) -> ArgumentHelp {
    ArgumentHelp("\(axis.help)\(text.map { " (default: \($0))" } ?? "")", valueName: value)
  }
}
