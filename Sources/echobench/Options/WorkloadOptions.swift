public import ArgumentParser
public import EchoIO

extension Engine: ExpressibleByArgument {}
extension Verification: ExpressibleByArgument {}

/// What load to put on a server: shared by whoever drives one.
struct WorkloadOptions: ParsableArguments {
  @Option(help: "Where the server listens: host:port, [v6]:port or unix:/path.")
  var address = Given<Address>(argument: "\(Address.standard)")

  @Option(parsing: .unconditional, help: "Client threads.")
  var workers = Given<Count>(argument: "5")

  @Option(
    parsing: .unconditional,
    help: "Connections, shared out among the workers. (default: one per worker)")
  var connections: Given<Count>?

  @Option(parsing: .unconditional, help: "Bytes per message: 1000, 64k, 1M.")
  var size = Given<ByteCount>(argument: "1000")

  @Option(
    parsing: .unconditional,
    help: "Stop after so many messages per worker, instead of after a time.")
  var messages: Given<Count>?

  @Option(parsing: .unconditional, help: "Length of the measured window. (default: 5s)")
  var duration: Given<TimeSpan>?

  @Option(parsing: .unconditional, help: "Load before the window, which is not counted.")
  var warmup = Given<TimeSpan>(argument: "1s")

  @Option(parsing: .unconditional, help: "The longest a connection may make no progress.")
  var timeout = Given<TimeSpan>(argument: "5s")

  @Option(
    help: """
      blocking: a thread per connection. event: epoll. (default: blocking while there are as \
      many connections as workers, else event)
      """)
  var engine: Engine?

  @Option(help: "What is checked: every byte, the length, or nothing.")
  var verify = Verification.full

  @Option(parsing: .unconditional, help: "Decides the content of the messages.")
  var seed: UInt64 = 1

  func validate() throws {
    try address.check("--address")
    try size.check("--size")
    try warmup.check("--warmup")
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
    try validateConnections()
  }

  private func validateConnections() throws {
    let workers = try workers.check("--workers").value
    let connections = try connections?.check("--connections").value ?? workers
    guard workers <= Self.mostWorkers else {
      throw ValidationError("'--workers' must be at most \(Self.mostWorkers), got \(workers).")
    }
    guard connections <= Self.mostConnections else {
      throw ValidationError(
        "'--connections' must be at most \(Self.mostConnections), got \(connections).")
    }
    guard connections >= workers else {
      throw ValidationError(
        "'--connections' must be at least the \(workers) of '--workers', got \(connections).")
    }
    if engine == .blocking, connections != workers {
      throw ValidationError(
        "'--engine blocking' drives one connection per worker: give '--workers \(connections)'"
          + " or '--engine event'.")
    }
  }

  /// More than that is a slip of the keyboard: a thread each, or a port and a descriptor each.
  private static let mostWorkers = 4096
  private static let mostConnections = 60_000

  /// The workload, once `validate` has passed.
  var workload: Workload {
    get throws {
      let stopRule: StopRule =
        if let messages {
          .messages(try messages.value.value)
        } else {
          .duration(try duration?.value ?? .seconds(5))
        }
      return Workload(
        address: try address.value, workers: try workers.value.value,
        connections: try connections?.value.value, size: try size.value, engine: engine,
        stopRule: stopRule, warmup: try warmup.value, timeout: try timeout.value,
        verification: verify, seed: seed)
    }
  }
}
