/// What can be known to spoil a measurement before it starts.
public enum Preflight {
  /// A server and a client that each have a CPU, and one for the rest of the system.
  static let comfortableCPUs = 3

  /// What the machine is found to be unfit or unusual in, warnings first; empty when nothing is.
  /// What the machine didn't tell isn't found.
  ///
  /// - Parameters:
  ///   - connections: the largest number of connections a scenario opens.
  ///   - role: what runs there, where that is one of the two; nil where both do.
  public static func check(
    _ machine: Machine, connections: Int, as role: HostMachine.Role? = nil
  ) -> [Finding] {
    [
      debugBuild(machine),
      load(machine),
      governor(machine),
      role == nil ? cpus(machine) : nil,
      role == .client ? nil : backlog(machine, connections: connections),
      machine.virtualised == true ? .virtualised(hypervisor: machine.hypervisor) : nil,
    ].compactMap { $0 }
  }

  static func debugBuild(_ machine: Machine) -> Finding? {
    machine.build.configuration == .debug ? .debugBuild : nil
  }

  /// Half a task, or a tenth of the CPUs where there are many: the daemons of an idle system stay
  /// below, one busy process is above.
  static func load(_ machine: Machine) -> Finding? {
    guard let load = machine.loadAverage else { return nil }
    let cpus = machine.processor.onlineCPUs ?? machine.processor.usableCPUs ?? 1
    guard load > max(0.5, 0.1 * Double(cpus)) else { return nil }
    return .loaded(loadAverage: load, cpus: cpus)
  }

  static func governor(_ machine: Machine) -> Finding? {
    guard let governor = machine.processor.governor, governor != "performance" else { return nil }
    return .governor(governor)
  }

  static func cpus(_ machine: Machine) -> Finding? {
    guard let cpus = machine.processor.usableCPUs, cpus < comfortableCPUs else { return nil }
    return .fewCPUs(cpus)
  }

  private static func backlog(_ machine: Machine, connections: Int) -> Finding? {
    guard let somaxconn = machine.network.somaxconn, somaxconn < connections else { return nil }
    return .shortBacklog(somaxconn: somaxconn, connections: connections)
  }
}
