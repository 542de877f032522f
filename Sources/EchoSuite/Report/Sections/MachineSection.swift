internal import EchoIO

/// Where it was measured, and what may have spoilt it there.
struct MachineSection {
  let result: SuiteResult

  var blocks: [Document.Block] {
    let known = facts.filter { $0.value != nil }
    let hosts = HostSection(result: result).machines
    // With hosts it is theirs that matter.
    let findings =
      hosts.isEmpty ? Preflight.check(machine, connections: result.plan.mostConnections) : []
    return [
      .heading("Where", level: 2),
      .table(
        Table(
          known,
          [
            Column("Machine", .left, value: \.name),
            Column("", .left, value: \.value),
          ])),
      .list(findings.map { "\($0)" }),
    ].filter { $0 != .list([]) } + hosts
  }

  /// In one line, for where there is no room for more.
  var line: Text {
    "\(places), \(rounds), \(String(machine.date.prefix(10)))."
  }

  /// The machine, or the hosts with the server's.
  private var places: String {
    guard let hosts = machine.hosts, let server = hosts.first(where: { $0.role == .server }) else {
      return machine.line
    }
    let clients = hosts.filter { $0.role == .client }.map(\.name)
    return "\(legible(server.machine.line)) (\(server.name)), over a network from"
      + " \(clients.joined(separator: ", "))"
  }

  /// Of the rows that were measured.
  private var rounds: String {
    let counts = result.summaries.map(\.rounds.count).filter { $0 > 0 }
    guard let fewest = counts.min(), let most = counts.max(), fewest < most else {
      return plural(counts.max() ?? 0, "round")
    }
    return "\(fewest) to \(most) rounds"
  }

  private var machine: Machine { result.machine }

  private typealias Fact = (name: String, value: String?)

  private var facts: [Fact] {
    [
      ("CPU", machine.processor.model),
      ("CPUs to run on", machine.processor.usableCPUs.map { "\($0)" }),
      (
        "Memory", machine.memoryBytes.map { "\(fixed(Double($0) / ByteCount.perMB / 1024, 1)) GiB" }
      ),
      ("Virtualised", machine.virtualised.map { $0 ? machine.hypervisor ?? "yes" : "no" }),
      ("Governor", machine.processor.governor),
      ("Clock", machine.clockSource),
      ("Load before", machine.loadAverage.map { fixed($0, 2) }),
      ("Kernel", machine.kernel), ("System", machine.operatingSystem),
      ("Network", machine.network.kind.rawValue),
      ("echobench", "\(machine.build.version), \(machine.build.configuration.rawValue) build"),
      ("Compiler", machine.build.compiler),
      (
        "Commit",
        machine.build.revision.map { "\($0.commit)\($0.dirty ? ", with changes" : "")" }
      ),
      ("Date", machine.date),
    ]
  }
}

extension Machine {
  /// `2 CPUs of AMD EPYC, virtual machine, Linux 6.1.0`.
  var line: String {
    let cpus = processor.usableCPUs.map { "\(plural($0, "CPU")) of " } ?? ""
    let virtual = virtualised == true ? ", virtual machine" : ""
    return "\(cpus)\(processor.model ?? processor.architecture)\(virtual),"
      + " \(kernel ?? "unknown kernel")"
  }
}
