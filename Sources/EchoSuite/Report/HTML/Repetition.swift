internal import EchoIO

/// The two commands that repeat a row by hand, as they can be pasted into two shells: the server first.
struct Repetition {
  let scenario: Scenario
  let timing: Plan.Timing
  /// Where it ran; nil for this machine.
  var hosts: Hosts?

  var server: String {
    let server = scenario.server
    switch server.kind {
    case .command(let line):
      return Server.expand(line, at: address, bufferBytes: server.bufferBytes)
    case .backend(let name):
      var words = ["echobench", "server", "--backend", name, "--address", "\(address)"]
      if let bytes = server.bufferBytes {
        words += ["--buffer-size", ByteCount(bytes).argument]
      }
      if let threads = server.threads { words += ["--threads", "\(threads)"] }
      if let cpus = server.cpus { words += ["--cpus", cpus] }
      return shell(words + (server.sockets?.arguments ?? []))
    }
  }

  var client: String {
    guard let client = scenario.client else { return shell(["echobench", "client"] + options) }
    return client.expanded(values)
  }

  private var options: [String] {
    ["--address", "\(address)", "--duration", "\(duration)", "--warmup", "\(warmup)"]
      + scenario.load.arguments + (scenario.clientCPUs.map { ["--cpus", $0] } ?? [])
  }

  /// What the placeholders of a command stand for; the server's process is known to who starts it.
  private var values: [Client.Placeholder: String] {
    let load = scenario.load
    let seconds = { (nanoseconds: UInt64) in "\(Double(nanoseconds) / 1e9)" }
    var values: [Client.Placeholder: String] = [
      .address: "\(address)", .connections: "\(load.connections)", .workers: "\(load.workers)",
      .size: "\(load.size.bytes)", .engine: load.engine.rawValue,
      .verify: load.verification.rawValue, .duration: seconds(timing.duration),
      .warmup: seconds(timing.warmup), .timeout: seconds(timing.timeout), .seed: "1",
      .serverProcess: "PID", .options: shell(options),
    ]
    if case .internet(let host, let port) = address {
      values[.host] = host
      values[.port] = "\(port)"
    }
    return values
  }

  private var duration: TimeSpan { TimeSpan(nanoseconds: timing.duration) }
  private var warmup: TimeSpan { TimeSpan(nanoseconds: timing.warmup) }

  /// A port that is neither anybody's by convention nor given out by the kernel.
  private var address: Address {
    let port: UInt16 = 25_000
    if let hosts { return .internet(host: hosts.address, port: port) }
    return switch scenario.load.transport {
    case .tcp: .internet(host: "127.0.0.1", port: port)
    case .tcp6: .internet(host: "::1", port: port)
    case .unix: .unix(path: "/tmp/echobench.socket")
    }
  }
}
