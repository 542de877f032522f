internal import ArgumentParser
internal import EchoIO

/// Where a load goes, for how long, and how patiently.
struct RunOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      """
      Where the server listens: host:port, [v6]:port or unix:/path. (default: \(Address.standard))
      """, valueName: "address"))
  var place: Given<Address>?

  @Option(help: ArgumentHelp("The same as an option.", valueName: "address"))
  var address: Given<Address>?

  @Option(
    parsing: .unconditional,
    help: "Stop after so many messages per worker, instead of after a time.")
  var messages: Given<Count>?

  @Option(
    name: .both("d"), parsing: .unconditional,
    help: "Length of the measured window. (default: 5s)")
  var duration: Given<TimeSpan>?

  @Option(
    parsing: .unconditional,
    help: "Load before the window, which is not counted. (default: 1s, of a search 250ms)")
  var warmup: Given<TimeSpan>?

  @Option(parsing: .unconditional, help: "The longest a connection may make no progress.")
  var timeout = Given<TimeSpan>(argument: "5s")

  @Option(
    parsing: .unconditional,
    help: "Decides the content of the messages. (default: drawn, and part of the report)")
  var seed: UInt64?

  func validate() throws {
    try place?.check("<address>")
    try address?.check("--address")
    if place != nil, let address {
      throw ValidationError(
        "'--address' and the address before it both say where the server listens: give one of them,"
          + " got \(place.map { "\($0)" } ?? "") and \(address).")
    }
    if case .internet(_, port: 0) = try target {
      throw ValidationError(
        "'\(place == nil ? "--address" : "<address>")' must have a port to connect to: a server that"
          + " is told 0 names the one it has, got \(try target).")
    }
    try warmup?.check("--warmup")
    try messages?.check("--messages")
    guard try timeout.check("--timeout") >= .milliseconds(1) else {
      throw ValidationError("'--timeout' must be at least 1ms, got \(timeout).")
    }
    if let duration, try duration.check("--duration") < .milliseconds(1) {
      throw ValidationError("'--duration' must be at least 1ms, got \(duration).")
    }
    if messages != nil, duration != nil {
      throw ValidationError("'--messages' and '--duration' both end the window: give one of them.")
    }
  }

  /// Where the load goes, once `validate` has passed.
  var target: Address {
    get throws { try (place ?? address)?.value ?? .standard }
  }

  /// The run of a load, once `validate` has passed.
  /// - Parameter standard: the warm-up unless one is given.
  func workload(_ load: Load, warmup standard: TimeSpan = .seconds(1)) throws -> Workload {
    let stopRule: StopRule =
      if let messages {
        .messages(try messages.value.value)
      } else {
        .duration(try duration?.value ?? .seconds(5))
      }
    return Workload(
      address: try target, load: load, stopRule: stopRule,
      warmup: try warmup?.value ?? standard,
      timeout: try timeout.value, seed: seed)
  }
}
