internal import EchoIO
internal import Foundation

/// The client of a trial where that is somebody's command: a process below a supervisor, as the
/// command of a server is.
struct ForeignClient {
  let client: Client
  /// Who would drive instead: it knows what there is to be told.
  let own: ClientProcess

  /// What came of it: a report of another build of this program, or what it told of itself.
  enum Outcome {
    case report(ClientReport)
    case run(ForeignRun)

    var report: ClientReport {
      switch self {
      case .report(let report): report
      case .run(let run): run.report
      }
    }

    var run: ForeignRun? {
      if case .run(let run) = self { run } else { nil }
    }
  }

  /// Has it drive a server at `address`.
  /// - Throws: `ProcessFailure` when it does not report; `SystemError`; `CancellationError` when the
  ///   suite is stopped.
  func run(against address: Address, beside server: any RunningServer) throws -> Outcome {
    let command = ["/bin/sh", "-c", client.expanded(own.values(address, server.observer))]
    let (start, started) = (ContinuousClock.now, unixNow())
    let child = try ChildProcess.supervising(command, own.program)
    defer { child.stopCommand() }
    var usage: UsageOfOthers?
    let hasEnded = try wait(
      beside: [child, server.child], atMost: own.longestRun, unless: own.stop
    ) {
      try server.check(called: own.scenario.server.name)
      if usage == nil, case .local(let process) = server.observer, let id = child.commandProcess {
        usage = UsageOfOthers(server: process, at: address, client: id)
      }
      usage?.follow(child.output)
      return child.end != nil || child.hasSaidTooMuch || child.hasLostSupervisor
    }
    guard !own.stop.isFired else { throw CancellationError() }
    guard !child.hasLostSupervisor else { throw failure(lostSupervisor) }
    guard !child.hasSaidTooMuch else {
      throw failure("wrote more than \(ByteCount(ChildProcess.mostOutput))")
    }
    guard hasEnded, let end = child.commandEnd else {
      throw failure("did not end within \(own.longestRun)")
    }
    let took = Double((ContinuousClock.now - start) / .nanoseconds(1)) / 1e9
    switch try Answer(of: child, end, self) {
    case .own(let report): return .report(report)
    case .foreign(let told):
      guard told.seconds <= took else {
        throw failure(
          "reports a window of \(fixed(told.seconds, 3)) s, and ran for \(fixed(took, 3)) s")
      }
      return .run(
        ForeignRun(
          told, at: "\(address)", load: own.scenario.load, seed: own.seed,
          warmup: own.timing.warmup, startUnix: started, usage))
    }
  }

  /// - Parameter words: continue a sentence about it.
  func failure(_ words: String) -> ProcessFailure {
    ProcessFailure(reason: "the client '\(client.name)' \(words)")
  }
}

extension UsageOfOthers {
  /// Reads at the edges of the window, once the client has told them: a line `begin` and a line `end`.
  fileprivate mutating func follow(_ output: String) {
    guard !hasEnded else { return }
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    if !hasBegun, lines.contains("begin") { begin() }
    if hasBegun, lines.contains("end") { end() }
  }
}

/// The last line that a client said.
private enum Answer {
  case own(ClientReport)
  case foreign(ForeignReport)

  private struct Stamp: Decodable {
    let schema: String
  }

  private static let ownSchema = "echobench-client/1"

  init(of child: ChildProcess, _ end: ProcessEnd, _ client: ForeignClient) throws {
    let line = child.output.split(whereSeparator: \.isNewline).last { $0.contains { $0 != " " } }
    let data = Data((line ?? "").utf8)
    let stamp = try? JSONDocument.decode(Stamp.self, from: data)
    // Its status says what it thinks of the server.
    if stamp?.schema == Self.ownSchema, case .exited(let status) = end, status <= 128 {
      self = .own(try Self.report(data, client, status))
      return
    }
    guard end == .exited(0) else { throw Self.failure(child, end, client) }
    guard let line else { throw client.failure("said nothing; \(Self.rule)") }
    guard stamp?.schema == ForeignReport.Schema.version1.rawValue else {
      throw client.failure("said last: \(legible(line)); \(Self.rule)")
    }
    do throws(FileProblem) {
      let told = try JSONDocument.decode(ForeignReport.self, from: data)
      if let problem = told.problem { throw FileProblem(reason: problem) }
      self = .foreign(told)
    } catch {
      throw client.failure("reports what cannot be: \(legible(error.reason))")
    }
  }

  private static let rule =
    "its last line must be a JSON object with the schema '\(ForeignReport.Schema.version1.rawValue)'"
    + " or '\(ownSchema)'"

  /// One that says itself that it cannot run here, or whose shell does not find it.
  private static func failure(
    _ child: ChildProcess, _ end: ProcessEnd, _ client: ForeignClient
  ) -> ProcessFailure {
    let said = complaint(in: child.errors).map { ": \($0)" } ?? ""
    var failure = client.failure("\(end)\(said)")
    failure.isUnavailable = end == .exited(69) || end == .exited(127)
    return failure
  }

  /// What another build of this program reports, which is somebody's words all the same.
  private static func report(
    _ data: Data, _ client: ForeignClient, _ status: Int32
  ) throws -> ClientReport {
    do throws(FileProblem) {
      var report = try JSONDocument.decode(ClientReport.self, from: data)
      // That is in the address that it was told, and an earlier build does not say it.
      report.workload.load.transport = client.own.scenario.load.transport
      guard report.workload.load == client.own.scenario.load else {
        throw FileProblem(reason: "it drove another load than it was told")
      }
      guard !report.partial else { throw FileProblem(reason: "it was interrupted") }
      guard !report.valid || status == 0 else {
        throw FileProblem(reason: "it is valid, and ended with status \(status)")
      }
      if let problem = report.problem { throw FileProblem(reason: problem) }
      report.invalidReasons = report.invalidReasons.map { legible($0) }
      report.error = report.error.map { legible($0) }
      return try report.condensedOrProblem()
    } catch {
      throw client.failure("reports what cannot be: \(legible(error.reason))")
    }
  }
}

extension ClientReport {
  fileprivate func condensedOrProblem() throws(FileProblem) -> ClientReport {
    do {
      return try condensed()
    } catch {
      throw FileProblem(reason: "its histogram cannot be read: \(error)")
    }
  }
}
