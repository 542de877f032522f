internal import EchoIO
internal import Foundation

/// The client of a trial, in a process of its own.
struct ClientProcess {
  let scenario: Scenario
  let timing: Plan.Timing
  /// Decides the content of the messages.
  let seed: UInt64
  let program: Program
  let stop: StopSignal
  /// What it may take beyond its window and its timeouts.
  var longestEnd = TimeSpan.seconds(10)

  /// Drives a server at `address`, and has its usage read meanwhile.
  ///
  /// This process sleeps until the client has ended: what it did in between would be measured, too.
  /// - Throws: `ProcessFailure` when it does not report, or something ended it; `SystemError`;
  ///   `CancellationError` when `stop` fires.
  func run(against address: Address, beside server: any RunningServer) throws -> ClientReport {
    let client = try start(against: address, beside: server)
    defer { client.kill() }
    // The client bounds itself; this is for one that hangs all the same.
    let limit = longestRun
    let hasEnded = try wait(beside: [client, server.child], atMost: limit, unless: stop) {
      try server.checkOutput(of: scenario.server.name)
      return client.end != nil || client.hasSaidTooMuch
    }
    guard !stop.isFired else { throw CancellationError() }
    guard hasEnded else {
      throw ProcessFailure(reason: "the client did not end within \(limit)")
    }
    return try report(of: client)
  }

  /// The client, and nobody who waits for it.
  func start(against address: Address, beside server: any RunningServer) throws -> ChildProcess {
    try ChildProcess(
      program, ["echobench"] + arguments(address, server.observer), mostOutput: Self.mostOutput)
  }

  /// A histogram of a long run takes some ten kilobytes.
  private static let mostOutput = 4 << 20

  /// What the client needs at most: its window, and its timeout for each of its steps.
  var longestRun: TimeSpan {
    TimeSpan(
      nanoseconds: timing.warmup + timing.duration + 6 * timing.timeout + longestEnd.nanoseconds)
  }

  /// What a client has reported that has ended, or said too much.
  /// - Throws: `ProcessFailure`.
  func report(of client: ChildProcess) throws -> ClientReport {
    guard !client.hasSaidTooMuch, let end = client.end else {
      throw ProcessFailure(reason: "the client wrote more than \(ByteCount(Self.mostOutput))")
    }
    guard case .exited(let status) = end else {
      throw ProcessFailure(reason: "the client \(end)")
    }
    guard
      let report = try? JSONDecoder().decode(ClientReport.self, from: Data(client.output.utf8))
    else {
      let said = complaint(in: client.errors) ?? "nothing"
      throw ProcessFailure(reason: "the client did not report; it said: \(said)")
    }
    // It measured a part of its window only.
    guard !report.partial, status <= 128 else {
      throw ProcessFailure(reason: "the client was interrupted: it \(end)")
    }
    do {
      return try report.condensed()
    } catch {
      throw ProcessFailure(reason: "the client's histogram cannot be read: \(error)")
    }
  }

  private func arguments(_ address: Address, _ observer: Observer) -> [String] {
    var arguments = [
      "client", "--address", "\(address)",
      "--duration", "\(timing.duration)ns", "--warmup", "\(timing.warmup)ns",
      "--timeout", "\(timing.timeout)ns", "--seed", "\(seed)", "--format", "json",
    ]
    arguments += observer.clientArguments + scenario.load.arguments
    if let cpus = scenario.clientCPUs { arguments += ["--cpus", cpus] }
    return arguments
  }

  /// What the placeholders of a command stand for that drives in its place.
  func values(_ address: Address, _ observer: Observer) -> [Client.Placeholder: String] {
    let load = scenario.load
    let seconds = { (nanoseconds: UInt64) in "\(Double(nanoseconds) / 1e9)" }
    var values: [Client.Placeholder: String] = [
      .address: "\(address)", .connections: "\(load.connections)", .workers: "\(load.workers)",
      .size: "\(load.size.bytes)", .engine: load.engine.rawValue,
      .verify: load.verification.rawValue, .duration: seconds(timing.duration),
      .warmup: seconds(timing.warmup), .timeout: seconds(timing.timeout), .seed: "\(seed)",
      .options: arguments(address, observer).dropFirst().joined(separator: " "),
    ]
    if case .internet(let host, let port) = address {
      values[.host] = host
      values[.port] = "\(port)"
    }
    switch observer {
    case .local(let process): values[.serverProcess] = "\(process)"
    }
    return values
  }
}
