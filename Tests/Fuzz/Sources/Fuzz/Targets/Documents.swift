import Foundation

@testable import EchoIO
@testable import EchoSuite

/// JSON documents, each by itself.
extension Target {
  static let documents = [
    Target("plan", allowance: 8 << 20) { bytes in
      guard let plan = lawOfDocument(Plan.self, bytes) else { return }
      if let problem = plan.problem { return lawOfWords(legible(problem)) }
      law(plan.rounds >= 1 && !plan.scenarios.isEmpty, "a plan of nothing")
      _ = plan.looks
      _ = (plan.mostConnections, plan.anatomyScenarios)
      for scenario in plan.scenarios { lawOfWords("a \(legible(scenario.name))") }
    },
    Target("machine", allowance: 8 << 20) { bytes in
      guard let machine = lawOfDocument(Machine.self, bytes) else { return }
      if let problem = machine.problem { return lawOfWords(legible(problem)) }
      for finding in Preflight.check(machine, connections: 100) {
        law(!finding.observation.hasControlCharacters, "a finding steers a terminal")
      }
      law(machine.isComparable(with: machine), "it cannot be compared with itself")
    },
    Target("report", allowance: 8 << 20) { bytes in
      guard var report = lawOfDocument(ClientReport.self, bytes) else { return }
      if let problem = report.problem { return lawOfWords(legible(problem)) }
      report.invalidReasons = report.invalidReasons.map { legible($0) }
      report.error = report.error.map { legible($0) }
      _ = ClientText(report).description + report.table.markdown + report.flatTable.csv
      _ = report.intervalLog?.description
      _ = report.percentileDistribution.map { "\($0)" }
      do throws(HistogramError) {
        law(try report.condensed().problem == nil, "condensed, it cannot be")
      } catch {
        lawOfWords("\(error)")
      }
    },
    Target("foreign", allowance: 8 << 20) { bytes in
      guard let told = lawOfDocument(ForeignReport.self, bytes) else { return }
      if let problem = told.problem { return lawOfWords(legible(problem)) }
      let run = ForeignRun(
        told, at: "127.0.0.1:1", load: Load(), seed: 1, warmup: 0, startUnix: 1)
      law(run.report.problem == nil, "it is told, and cannot be")
    },
    Target("rate", allowance: 8 << 20) { bytes in
      guard let report = lawOfDocument(RateReport.self, bytes) else { return }
      var limits = FigureLimits()
      limits.check("search", report)
      if let problem = limits.problem { lawOfWords(legible(problem)) }
    },
    Target("anatomy", allowance: 8 << 20) { bytes in
      guard var record = lawOfDocument(AnatomyRecord.self, bytes) else { return }
      record.makeLegible()
      if let problem = record.problem(among: counted) { lawOfWords(legible(problem)) }
    },
    Target("agent-says", allowance: 8 << 20) { bytes in
      if let hello = lawOfDocument(AgentHello.self, bytes), let problem = hello.machine.problem {
        lawOfWords(legible(problem))
      }
      guard let event = lawOfDocument(AgentEvent.self, bytes) else { return }
      switch event {
      case .listening(let text): _ = try? Address(parsing: text)
      case .ended(let status, let signal, let errors):
        _ = ProcessEnd(status: status, signal: signal).map { "\($0)" }
        _ = complaint(in: errors)
      case .reported(_, _, let output, _):
        _ = lawOfDocument(ClientReport.self, Array(output.utf8))?.problem
      case .clock(_, let unix):
        let clock = HostClock(offset: Int64(truncatingIfNeeded: unix >> 2), error: 1)
        law(clock.here(clock.there(1)) == 1, "a clock that is another")
      case .observed, .ready, .failed, .stopped: break
      }
    },
    Target("agent-hears", allowance: 8 << 20) { bytes in
      _ = lawOfDocument(AgentRequest.self, bytes)
    },
    Target("server-says", allowance: 8 << 20) { bytes in
      if let said = lawOfDocument(ServerListening.self, bytes) {
        _ = try? Address(parsing: said.address)
      }
      _ = lawOfDocument(ServerStopped.self, bytes)?.description
    },
  ]
}

/// What the examples of `anatomy` count.
private let counted = [65536, 4096].map { bytes in
  Scenario(
    server: Server(name: "threads", kind: .backend(name: "threads"), bufferBytes: bytes),
    load: Load())
}
