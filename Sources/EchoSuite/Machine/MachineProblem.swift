extension Machine: CheckedDocument {
  /// The first number that no machine has; nil when there is none.
  var problem: String? {
    let counts: [(String, Int?)] = [
      ("memory_bytes", memoryBytes), ("processor.logical_cpus", processor.logicalCPUs),
      ("processor.online_cpus", processor.onlineCPUs),
      ("processor.allowed_cpus", processor.allowedCPUs),
    ]
    for case (let name, let count?) in counts where count < 1 {
      return "'\(name)' must be at least 1, got \(count)"
    }
    let texts = [
      date, processor.model, processor.architecture, processor.governor, operatingSystem, kernel,
      hypervisor, clockSource, build.version, build.compiler, build.revision?.commit,
    ]
    if texts.contains(where: { $0?.hasControlCharacters ?? false }) {
      return "a text in it has control characters"
    }
    if let somaxconn = network.somaxconn, somaxconn < 0 {
      return "'network.somaxconn' must not be negative, got \(somaxconn)"
    }
    if let loadAverage, loadAverage < 0 {
      return "'load_average' must not be negative, got \(loadAverage)"
    }
    for host in hosts ?? [] {
      if host.name.hasControlCharacters || host.machine.hosts != nil {
        return "'hosts' has what no suite writes"
      }
      if let problem = host.machine.problem { return "hosts, \(host.name): \(problem)" }
    }
    return floor?.problem
  }
}
