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
  /// stops it, with everything it started.
  /// - Throws: `ProcessFailure` when it ends, does not listen in time, or says too much; what
  ///   `body` throws; `CancellationError`.
  func whileServing<Result: Sendable>(
    _ body: @Sendable @escaping (Address, Int32) async throws -> Result
  ) async throws -> (Result, ServerStopped?) {
    let (host, port) = ("127.0.0.1", try freePort())
    let address = Address.internet(host: host, port: port)
    let group = ProcessGroup()
    // Whatever is left of the group when the server has ended or was stopped.
    defer { group.end() }

    do {
      let execution = try await Subprocess.run(
        executable, arguments: arguments(host: host, port: port), platformOptions: options,
        input: .none, output: .string(limit: Self.mostOutput),
        error: .string(limit: Self.mostOutput)
      ) { execution -> Swift.Result<Result, any Error> in
        let pid = execution.processIdentifier.value
        group.begin(pid)
        do {
          try await awaitReadiness(address, pid)
          let result = try await body(address, pid)
          await execution.teardown(using: Self.stopping)
          return .success(result)
        } catch {
          await execution.teardown(using: Self.stopping)
          return .failure(error)
        }
      }
      switch execution.closureResult {
      case .success(let result):
        return (result, stopped(in: execution.standardOutput))
      case .failure(is EarlyEnd):
        throw earlyEnd(execution.terminationStatus, execution.standardError)
      case .failure(let error):
        throw error
      }
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      throw ProcessFailure(
        reason: "'\(server.name)' wrote more than \(ByteCount(Self.mostOutput)): have its command"
          + " send that to /dev/null")
    }
  }

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

  private func arguments(host: String, port: UInt16) -> Arguments {
    switch server.kind {
    case .command(let command):
      let expanded = Server.expand(command, host: host, port: port, bufferBytes: server.bufferBytes)
      return ["-c", Self.isSimple(expanded) ? "exec \(expanded)" : expanded]
    case .backend(let name):
      var arguments = [
        "server", "--backend", name, "--address", "\(host):\(port)", "--format", "json",
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

/// The server ended before it accepted a connection.
private struct EarlyEnd: Error {}

extension ServerProcess {
  /// Ready is who accepts: connects until that works, and closes at once.
  private func awaitReadiness(_ address: Address, _ pid: Int32) async throws {
    let deadline = ContinuousClock.now + .nanoseconds(Int(longestStart.nanoseconds))
    while ContinuousClock.now < deadline {
      if (try? Socket.connected(to: address, timeout: .seconds(1))) != nil { return }
      guard isAlive(pid) else { throw EarlyEnd() }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw ProcessFailure(
      reason: "'\(server.name)' did not listen on \(address) within \(longestStart)")
  }

  private func earlyEnd(_ status: TerminationStatus, _ errorText: String) -> ProcessFailure {
    let said = errorText.split(separator: "\n").last.map { ": \($0)" } ?? ""
    switch status {
    // EX_UNAVAILABLE of sysexits.h, and what a shell says of a command that is not there.
    case .exited(69), .exited(127):
      return ProcessFailure(
        reason: said.isEmpty ? "'\(server.name)' is not there" : String(said.dropFirst(2)),
        isUnavailable: true)
    case .exited(let code):
      return ProcessFailure(
        reason: "'\(server.name)' exited with status \(code) before it listened\(said)")
    case .signaled(let signal):
      return ProcessFailure(
        reason: "'\(server.name)' was ended by signal \(signal) before it listened\(said)")
    }
  }

  /// The counters that a backend printed last.
  private func stopped(in output: String) -> ServerStopped? {
    guard case .backend = server.kind, let line = output.split(separator: "\n").last else {
      return nil
    }
    return try? JSONDecoder().decode(ServerStopped.self, from: Data(line.utf8))
  }
}
