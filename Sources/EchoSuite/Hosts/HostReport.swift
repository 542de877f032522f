internal import EchoIO
internal import Foundation

/// What a client's host says that its client reported, held against what that was told.
struct HostReport {
  let part: ClientProcess
  let shard: Shard
  let address: Address
  let host: Host

  /// - Throws: `ProcessFailure` when it is no report of that client.
  func read(_ output: String, _ end: ProcessEnd, _ errors: String) throws -> ClientReport {
    guard case .exited(let status) = end else {
      throw host.failure("lost its client, which \(end)")
    }
    do throws(FileProblem) {
      var report: ClientReport
      do throws(FileProblem) {
        report = try JSONDocument.decode(ClientReport.self, from: Data(output.utf8))
      } catch {
        guard let said = complaint(in: errors) else { throw error }
        throw FileProblem(reason: "it is none; it said: \(said)")
      }
      report.invalidReasons = report.invalidReasons.map { legible($0) }
      report.error = report.error.map { legible($0) }
      report.serverUnknown = nil
      guard !report.partial, status <= 128 else {
        throw FileProblem(reason: "it was interrupted, and \(end)")
      }
      if report.error == nil, let problem = problem(of: report, status) {
        throw FileProblem(reason: problem)
      }
      return report
    } catch {
      throw host.failure("has no report of its client: \(legible(error.reason))")
    }
  }

  private func problem(of report: ClientReport, _ status: Int32) -> String? {
    var load = report.workload.load
    load.transport = part.scenario.load.transport
    guard load == part.scenario.load else { return "it drove another load than it was told" }
    guard report.target.address == "\(address)" else { return "it drove another server" }
    guard let id = try? ClientID(parsing: host.name), report.fleet?.id == id.description,
      report.fleet?.shard == shard
    else { return "it is another client's" }
    guard report.workload.seed == Workload.seed(part.seed, of: id) else {
      return "its messages had another seed than they were to have"
    }
    if report.valid, report.sizes?.map(\.from) != part.scenario.load.mix?.classes.map(\.lowerBound)
    {
      return "its figures by size are of other sizes than it was told"
    }
    guard !report.valid || status == 0 else {
      return "it is valid, and its client ended with status \(status)"
    }
    return report.problem
  }
}

extension ClientReport {
  /// Moments of the clock of its host, by the clock of this machine.
  mutating func shift(_ clock: HostClock) {
    window.startUnix = clock.here(window.startUnix)
    guard var fleet else { return }
    fleet.startAt = fleet.startAt.map(clock.here)
    fleet.ready = fleet.ready.map(clock.here)
    fleet.load = fleet.load.map {
      Fleet.Span(start: clock.here($0.start), end: clock.here($0.end))
    }
    self.fleet = fleet
  }
}
