internal import EchoIO

/// The same scenario in two runs of a suite: the same server under the same load, whatever they are
/// called.
struct RunMatch: Sendable {
  let base: Summary
  let new: Summary

  /// The scenarios of both runs that are the same, in the order of the base; and those of either that
  /// are in it alone. Of scenarios that a run has several times the first belongs to the other's first,
  /// and so on.
  static func all(
    base: [Summary], new: [Summary]
  ) -> (matches: [RunMatch], baseAlone: [Summary], newAlone: [Summary]) {
    var partners: [ScenarioIdentity: [Summary]] = [:]
    for summary in new.reversed() {
      partners[ScenarioIdentity(summary.scenario), default: []].append(summary)
    }
    var (matches, baseAlone): ([RunMatch], [Summary]) = ([], [])
    for summary in base {
      if let partner = partners[ScenarioIdentity(summary.scenario)]?.popLast() {
        matches.append(RunMatch(base: summary, new: partner))
      } else {
        baseAlone.append(summary)
      }
    }
    let newAlone = new.filter { summary in
      let left = partners[ScenarioIdentity(summary.scenario)] ?? []
      return left.contains { $0.scenario == summary.scenario }
    }
    return (matches, baseAlone, newAlone)
  }

  var server: ServerIdentity { ServerIdentity(base.scenario.server) }

  /// As the new run calls it, and how the base did where that is another name.
  var module: String {
    let (name, before) = (new.scenario.server.name, base.scenario.server.name)
    return name == before ? name : "\(name), formerly \(before)"
  }
}

/// What makes a server the one it is, all its buffers together: what runs, and how.
struct ServerIdentity: Hashable, Sendable {
  let kind: Server.Kind
  let threads: Int?
  let cpus: String?
  let sockets: SocketOptions?

  init(_ server: Server) {
    kind = server.kind
    threads = server.threads
    cpus = server.cpus
    sockets = server.sockets
  }
}

/// What makes a scenario the one it is: everything but names.
private struct ScenarioIdentity: Hashable {
  let server: ServerIdentity
  let bufferBytes: Int?
  let load: Load
  let client: String?
  let clientCPUs: String?

  init(_ scenario: Scenario) {
    server = ServerIdentity(scenario.server)
    bufferBytes = scenario.server.bufferBytes
    load = scenario.load
    client = scenario.client?.command
    clientCPUs = scenario.clientCPUs
  }
}
