internal import EchoIO

extension Plan: CheckedDocument {
  /// The first rule that the plan breaks; nil when it can be run. A plan that was read may have been
  /// written by anybody.
  public var problem: String? {
    if let rule = SuiteFile.problem(ofName: name) { return "'name' \(rule), got '\(name)'" }
    if let rule = SuiteFile.problem(ofAbout: about) { return "'about' \(rule)" }
    let broken =
      goals.problem ?? timing.problem
      ?? SuiteLimits.scenarios.complaint("scenarios", scenarios.count)
    if let broken { return broken }
    if let problem = pilot?.problem(of: scenarios) { return "pilot: \(problem)" }
    let rules = hosts.map {
      HostRules(
        hosts: $0, loads: scenarios.map(\.load), warmup: timing.warmup,
        countsAnatomy: countsAnatomy, hasClients: hasClients)
    }
    if let problem = rules?.problem { return problem.reason }
    for (index, scenario) in scenarios.enumerated() {
      if let problem = scenario.problem { return "scenarios[\(index)]: \(problem)" }
    }
    let names = Dictionary(grouping: scenarios, by: \.name)
    if let twice = names.first(where: { $0.value.count > 1 }) {
      return "two scenarios are called '\(twice.key)'"
    }
    return SuiteLimits.problem(rounds: rounds, scenarios: scenarios.count)
  }
}

extension Plan.Timing {
  fileprivate var problem: String? {
    func broken(_ name: String, _ nanoseconds: UInt64, _ limit: Limit<TimeSpan>) -> String? {
      limit.complaint("timing.\(name)", TimeSpan(nanoseconds: nanoseconds))
    }
    return broken("duration_ns", duration, SuiteLimits.duration)
      ?? broken("warmup_ns", warmup, SuiteLimits.warmup)
      ?? broken("timeout_ns", timeout, SuiteLimits.timeout)
  }
}

extension Scenario {
  fileprivate var problem: String? {
    do {
      try load.check()
    } catch {
      return "'\(error.axis.name)' \(error.rule), got \(error.given)"
    }
    let lists = [("cpus", server.cpus), ("client_cpus", clientCPUs)]
    for case (let name, let list?) in lists {
      do {
        _ = try CPUList(parsing: list)
      } catch {
        return "'\(name)' \(error), got '\(list)'"
      }
    }
    if load.transport == .unix, let broken = server.sockets?.unixProblem {
      return "'\(broken.option)' of the server \(broken.rule), got \(broken.given)"
    }
    return server.problem ?? client?.problem ?? client?.problem(under: load)
  }
}

extension Server {
  fileprivate var problem: String? {
    let names = [("name", name), ("published_as", publishedAs), ("corrected_by", correctedBy)]
    for case (let key, let name?) in names {
      if let rule = Self.problem(ofName: name) { return "'\(key)' \(rule), got '\(name)'" }
    }
    let broken =
      threads.flatMap { SuiteLimits.threads.complaint("threads", $0) }
      ?? bufferBytes.flatMap { SuiteLimits.bufferBytes.complaint("buffer_bytes", $0) }
    let buffers = [sockets?.sendBuffer, sockets?.receiveBuffer].compactMap { $0 }
    for size in buffers where broken == nil {
      guard let rule = SocketOptions.problem(ofBuffer: size) else { continue }
      return "a buffer of 'sockets' \(rule), got \(size.argument)"
    }
    guard case .command(let line) = kind, broken == nil else { return broken }
    return Self.problem(ofCommand: line)
  }
}
