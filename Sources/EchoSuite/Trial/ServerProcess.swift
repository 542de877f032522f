internal import EchoIO
internal import Foundation
internal import Subprocess
internal import SystemPackage

/// A server of a trial: a process of its own, with a process group of its own, so that whatever
/// it starts can be stopped with it.
struct ServerProcess {
  private let server: Server
  private let program: String
  private let longestStart: TimeSpan

  /// - Parameter longestStart: how long the server may take to listen.
  init(_ server: Server, program: String, longestStart: TimeSpan) {
    self.server = server
    self.program = program
    self.longestStart = longestStart
  }

  /// Starts the server, waits until it accepts, runs `body` with its address and process, and
  /// stops it, with everything it started. Where somebody else took the port meanwhile, again on
  /// another.
  /// - Throws: `ProcessFailure` when it ends, does not listen in time, or says too much; what
  ///   `body` throws; `CancellationError`.
  func whileServing<Result: Sendable>(
    _ body: @Sendable @escaping (Address, Int32) async throws -> Result
  ) async throws -> (Result, ServerStopped?) {
    var attempt = 1
    while true {
      do {
        return try await whileServing(port: freePort(), body)
      } catch let taken as PortTaken {
        guard attempt < Self.mostPorts else { throw taken.failure }
        attempt += 1
      }
    }
  }

  private func whileServing<Result: Sendable>(
    port: UInt16, _ body: @Sendable @escaping (Address, Int32) async throws -> Result
  ) async throws -> (Result, ServerStopped?) {
    let address = Address.internet(host: Self.host, port: port)
    do {
      let execution = try await Subprocess.run(
        executable, arguments: arguments(port: port), platformOptions: options,
        input: .none, output: .string(limit: Self.mostOutput),
        error: .string(limit: Self.mostOutput)
      ) { execution -> Swift.Result<Result, any Error> in
        let pid = execution.processIdentifier.value
        let group = ProcessGroup()
        group.begin(pid)
        // What it started may outlive it, and keep its output open.
        defer { group.end() }
        do {
          try await awaitReadiness(address, pid)
          let result = try await body(address, pid)
          // Whoever was measured, it was not this process, or not all the time.
          guard isAlive(pid) else { throw EarlyEnd.whileMeasured }
          let family = ProcessFamily(of: pid)
          await execution.teardown(using: Self.stopping)
          family.kill()
          return .success(result)
        } catch {
          // What else went wrong is a consequence of that.
          let cause = error is ProcessFailure && !isAlive(pid) ? EarlyEnd.whileMeasured : error
          let family = ProcessFamily(of: pid)
          await execution.teardown(using: Self.stopping)
          family.kill()
          return .failure(cause)
        }
      }
      switch execution.closureResult {
      case .success(let result):
        return (result, stopped(in: execution.standardOutput))
      case .failure(let end as EarlyEnd):
        throw end.error(
          of: server.name, on: address, execution.terminationStatus, execution.standardError)
      case .failure(let error):
        throw error
      }
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      throw ProcessFailure(
        reason: "'\(server.name)' wrote more than \(ByteCount(Self.mostOutput)): have its command"
          + " send that to /dev/null")
    }
  }

  private static let host = "127.0.0.1"
  /// A port found free is hardly ever taken before it is used; not three in a row.
  private static let mostPorts = 3

  /// The end of a server, asked for politely first. Python servers take their time.
  private static let stopping: [TeardownStep] = [
    .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
  ]

  private static let mostOutput = 1 << 20

  private var options: PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = Self.stopping
    return options
  }

  private var executable: Executable {
    switch server.kind {
    case .backend: .path(FilePath(program))
    case .command: .path("/bin/sh")
    }
  }

  private func arguments(port: UInt16) -> Arguments {
    switch server.kind {
    case .command(let command):
      let expanded = Server.expand(
        command, host: Self.host, port: port, bufferBytes: server.bufferBytes)
      return ["-c", Self.isSimple(expanded) ? "exec \(expanded)" : expanded]
    case .backend(let name):
      var arguments = [
        "server", "--backend", name, "--address", "\(Self.host):\(port)", "--format", "json",
      ]
      if let bytes = server.bufferBytes { arguments += ["--buffer-size", "\(bytes)"] }
      if let threads = server.threads { arguments += ["--threads", "\(threads)"] }
      if let cpus = server.cpus { arguments += ["--cpus", cpus] }
      return Arguments(arguments)
    }
  }
}

extension ServerProcess {
  /// A command that the shell can turn into: no shell is left between it and its signals, and
  /// none is counted as one of its processes.
  static func isSimple(_ command: String) -> Bool {
    let first = command.drop { $0 == " " }.prefix { $0 != " " }
    return !first.contains("=") && !command.contains { ";&|<>()`$\n".contains($0) }
  }
}

// MARK: - Readiness

extension ServerProcess {
  /// Ready is who accepts: connects until that works, and closes at once.
  private func awaitReadiness(_ address: Address, _ pid: Int32) async throws {
    let deadline = ContinuousClock.now + .nanoseconds(Int(longestStart.nanoseconds))
    while ContinuousClock.now < deadline {
      if (try? Socket.connected(to: address, timeout: .seconds(1))) != nil { return }
      guard isAlive(pid) else { throw EarlyEnd.beforeListening }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw ProcessFailure(
      reason: "'\(server.name)' did not listen on \(address) within \(longestStart)")
  }

  /// The counters that a backend printed last.
  private func stopped(in output: String) -> ServerStopped? {
    guard case .backend = server.kind, let line = output.split(separator: "\n").last else {
      return nil
    }
    return try? JSONDecoder().decode(ServerStopped.self, from: Data(line.utf8))
  }
}
