internal import EchoIO

/// The first line of an agent: who it is. Schema `echobench-agent/1`.
public struct AgentHello: Codable, Equatable, Sendable {
  public enum Schema: String, Codable, Sendable {
    case version1 = "echobench-agent/1"
  }

  public var schema = Schema.version1
  /// Of the program.
  public var version: String
  public var build: BuildConfiguration
  /// Its machine.
  public var machine: Machine

  public init(machine: Machine) {
    version = machine.build.version
    build = machine.build.configuration
    self.machine = machine
  }
}

/// What a suite asks an agent, a line each. An agent does one thing at a time: it serves, or drives. Moments
/// are in nanoseconds since 1970, by its own clock.
enum AgentRequest: Codable, Equatable {
  /// What time is it there? The number comes back.
  case clock(number: Int)
  /// Start a server that listens at an address of the agent's host, within so many nanoseconds.
  case serve(server: Server, transport: Transport, host: String, longestStart: UInt64)
  /// Read what the server uses between two moments.
  case observe(from: UInt64, to: UInt64)
  /// Start a client with these arguments.
  case drive(arguments: [String])
  /// Have the client begin its load at a moment.
  case go(at: UInt64)
  /// End what runs.
  case stop

  enum ServeCodingKeys: String, CodingKey {
    case server, transport, host
    case longestStart = "longest_start_ns"
  }

  enum ObserveCodingKeys: String, CodingKey {
    case from = "from_unix_ns"
    case to = "to_unix_ns"
  }

  enum GoCodingKeys: String, CodingKey {
    case at = "at_unix_ns"
  }
}

/// What an agent says, a line each.
enum AgentEvent: Codable, Equatable {
  case clock(number: Int, unix: UInt64)
  /// The server accepts connections.
  case listening(address: String)
  /// What was asked to be observed.
  case observed(usage: ServerWindow.Usage)
  /// The server ended before it was told to, by a status or by a signal; what it said.
  case ended(status: Int32?, signal: Int32?, errors: String)
  /// The client has connected everything.
  case ready
  /// The client ended; what it said.
  case reported(status: Int32?, signal: Int32?, output: String, errors: String)
  /// What was to run does not, and why.
  case failed(reason: String, isUnavailable: Bool)
  /// What was to end has ended; what a backend counted.
  case stopped(server: ServerStopped?)

  enum ClockCodingKeys: String, CodingKey {
    case number
    case unix = "unix_ns"
  }

  enum FailedCodingKeys: String, CodingKey {
    case reason
    case isUnavailable = "unavailable"
  }

  /// Whether nothing runs there any more.
  var endsWork: Bool {
    switch self {
    case .reported, .failed, .stopped: true
    case .clock, .listening, .observed, .ended, .ready: false
    }
  }
}

extension ProcessEnd {
  init?(status: Int32?, signal: Int32?) {
    switch (status, signal) {
    case (let status?, nil): self = .exited(status)
    case (nil, let signal?): self = .signaled(signal)
    default: return nil
    }
  }

  var asStatus: Int32? { if case .exited(let status) = self { status } else { nil } }
  var asSignal: Int32? { if case .signaled(let signal) = self { signal } else { nil } }
}
