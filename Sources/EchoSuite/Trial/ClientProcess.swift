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
    try run(against: address, beside: server, reading: report(of:))
  }

  /// The same where the rate is to be found: the search, with the report of the window that ended it.
  func search(
    against address: Address, beside server: any RunningServer
  ) throws -> (search: RateReport, client: ClientReport) {
    try run(against: address, beside: server, reading: search(of:))
  }

  private func run<Result>(
    against address: Address, beside server: any RunningServer,
    reading: (ChildProcess) throws -> Result
  ) throws -> Result {
    let client = try start(against: address, beside: server)
    defer { client.kill() }
    // The client bounds itself; this is for one that hangs all the same.
    let limit = longestRun
    let hasEnded = try wait(beside: [client, server.child], atMost: limit, unless: stop) {
      try server.check(called: scenario.server.name)
      return client.end != nil || client.hasSaidTooMuch
    }
    guard !stop.isFired else { throw CancellationError() }
    guard hasEnded else {
      throw ProcessFailure(reason: "the client did not end within \(limit)")
    }
    return try reading(client)
  }

  /// The client, and nobody who waits for it.
  func start(against address: Address, beside server: any RunningServer) throws -> ChildProcess {
    try ChildProcess(
      program, ["echobench"] + arguments(address, server.observer), mostOutput: Self.mostOutput)
  }

  /// A histogram of a long run takes some ten kilobytes.
  private static let mostOutput = 4 << 20

  /// What the client needs at most: its windows, and its timeout for each of their steps.
  var longestRun: TimeSpan {
    func window(_ duration: UInt64) -> UInt64 { timing.warmup + duration + 6 * timing.timeout }
    let windows =
      scenario.load.findRate == nil
      ? window(timing.duration)
      : UInt64(RateSearch.mostWindows) * window(RateWindowLength.most(of: timing.duration))
    return TimeSpan(nanoseconds: windows + longestEnd.nanoseconds)
  }

  /// What a client has reported that has ended, or said too much.
  /// - Throws: `ProcessFailure`.
  func report(of client: ChildProcess) throws -> ClientReport {
    let (report, status) = try read(ClientReport.self, from: client)
    return try whole(report, isPartial: report.partial, status)
  }

  /// - Throws: `ProcessFailure`.
  private func search(
    of client: ChildProcess
  ) throws -> (search: RateReport, client: ClientReport) {
    var (search, status) = try read(RateReport.self, from: client)
    guard let report = search.client else {
      throw ProcessFailure(reason: "the client did not report a window of its search")
    }
    search.client = nil
    return (search, try whole(report, isPartial: search.partial, status))
  }

  private func read<Report: Decodable>(
    _ type: Report.Type, from client: ChildProcess
  ) throws -> (Report, status: Int32) {
    guard !client.hasSaidTooMuch, let end = client.end else {
      throw ProcessFailure(reason: "the client wrote more than \(ByteCount(Self.mostOutput))")
    }
    guard case .exited(let status) = end else {
      throw ProcessFailure(reason: "the client \(end)")
    }
    guard let report = try? JSONDocument.decode(type, from: Data(client.output.utf8)) else {
      let said = complaint(in: client.errors) ?? "nothing"
      throw ProcessFailure(reason: "the client did not report; it said: \(said)")
    }
    return (report, status)
  }

  /// A report as it is kept, of a client that was not interrupted: that measured a part of its window only.
  private func whole(
    _ report: ClientReport, isPartial: Bool, _ status: Int32
  ) throws -> ClientReport {
    guard !isPartial, status <= 128 else {
      throw ProcessFailure(
        reason: "the client was interrupted: it \(ProcessEnd.exited(status))")
    }
    do {
      return try report.condensed()
    } catch {
      throw ProcessFailure(reason: "the client's histogram cannot be read: \(error)")
    }
  }

  /// What the client is told, `client` first.
  func arguments(_ address: Address, _ observer: Observer) -> [String] {
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
    case .agent: break
    }
    return values
  }
}
