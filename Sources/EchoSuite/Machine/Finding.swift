internal import EchoIO

/// Something about the machine or the program that a reader of the results has to know.
public enum Finding: Equatable, Sendable {
  /// The program was compiled without optimisation.
  case debugBuild
  /// Others used the machine before the suite began: tasks of the last minute, on average.
  case loaded(loadAverage: Double, cpus: Int)
  /// The frequency governor isn't "performance".
  case governor(String)
  /// Server, client and the system have no CPU each.
  case fewCPUs(Int)
  /// Fewer connections may wait for an accept than a scenario opens.
  case shortBacklog(somaxconn: Int, connections: Int)
  /// The machine is a virtual one.
  case virtualised(hypervisor: String?)

  /// How much a finding weighs.
  public enum Severity: String, Sendable {
    /// Results may be wrong, and something can be done about it.
    case warning
    /// Results are what they are on such a machine.
    case information
  }

  /// How much this finding weighs.
  public var severity: Severity {
    switch self {
    case .debugBuild, .loaded, .governor, .fewCPUs, .shortBacklog: .warning
    case .virtualised: .information
    }
  }

  /// What was found.
  public var observation: String {
    switch self {
    case .debugBuild:
      "This is a debug build."
    case .loaded(let loadAverage, let cpus):
      "The load average was \(loadAverage) on \(plural(cpus, "CPU")) before the start."
    case .governor(let governor):
      "The CPU frequency governor is \(governor)."
    case .fewCPUs(let cpus):
      "Server and client share \(plural(cpus, "CPU"))."
    case .shortBacklog(let somaxconn, let connections):
      "At most \(somaxconn) connections wait for an accept, and a scenario opens \(connections)."
    case .virtualised(let hypervisor):
      "This is a virtual machine\(hypervisor.map { " (\($0))" } ?? "")."
    }
  }

  /// Why it matters.
  public var consequence: String {
    switch self {
    case .debugBuild:
      "It is about ten times slower than a release build, so its figures say nothing of backends."
    case .loaded:
      "What else runs takes CPU time from server and client, and not from all scenarios alike."
    case .governor:
      "The frequency follows the load, so that scenarios run at different speeds."
    case .fewCPUs:
      "They take CPU time from each other: figures show the pair, not the server."
    case .shortBacklog:
      "Those that arrive beyond it may be dropped, and are tried again a second later."
    case .virtualised:
      "Other guests can take CPU time unseen, and system calls and wake-ups cost more."
    }
  }

  /// What to try.
  public var remedy: String {
    switch self {
    case .debugBuild:
      "Build with 'scripts/build', or 'swift build -c release'."
    case .loaded:
      "Stop what is running, or wait a minute after a build, and start again."
    case .governor:
      "Set it with 'cpupower frequency-set -g performance'."
    case .fewCPUs:
      "Compare CPU per message besides throughput, or use a machine with at least"
        + " \(Preflight.comfortableCPUs) CPUs."
    case .shortBacklog(_, let connections):
      "Raise the limit with 'sysctl -w net.core.somaxconn=\(connections)'."
    case .virtualised:
      "Look at the stolen time of each trial, and repeat on real hardware what is close."
    }
  }
}

extension Finding: CustomStringConvertible {
  /// All three sentences on one line.
  public var description: String { "\(observation) \(consequence) \(remedy)" }
}
