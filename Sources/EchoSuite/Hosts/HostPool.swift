public import EchoIO

/// The agents of a suite's hosts: started once, kept from trial to trial, and started again where one was
/// lost.
///
/// Unchecked: a suite runs one trial at a time, on one thread, and nobody else asks for an agent.
public final class HostPool: @unchecked Sendable {
  public let hosts: Hosts
  private let program: Program
  let stop: StopSignal
  private var serverAgent: Agent?
  private var clientAgents: [Agent?]

  /// What a host may take until its agent's first line: a login, a queue.
  private static let longestStart = TimeSpan.seconds(30)

  /// - Parameters:
  ///   - program: what runs on this machine where a role has no other.
  ///   - stop: ends whatever waits for a host.
  public init(_ hosts: Hosts, program: Program, until stop: StopSignal) {
    self.hosts = hosts
    self.program = program
    self.stop = stop
    clientAgents = hosts.clients.map { _ in nil }
  }

  deinit {
    close(all)
  }

  private var all: [Agent] { [serverAgent].compactMap(\.self) + clientAgents.compactMap(\.self) }

  /// The agents, of which those that were lost are started again.
  /// - Throws: `ProcessFailure` when a host cannot be used; `SystemError`; `CancellationError`.
  func agents() throws -> (server: Agent, clients: [Agent]) {
    _ = wait(beside: all.map(\.child), atMost: .seconds(0)) { true }
    drop(\.isGone)
    do {
      let server = try serverAgent ?? Agent(hosts.server, program: program)
      serverAgent = server
      for (index, host) in hosts.clients.enumerated() where clientAgents[index] == nil {
        clientAgents[index] = try Agent(host, program: program)
      }
      // All at once: each waits for a login.
      for agent in all { try agent.awaitHello(atMost: Self.longestStart, unless: stop) }
      return (server, clientAgents.compactMap(\.self))
    } catch {
      drop { $0.hello == nil }
      throw error
    }
  }

  /// The server's alone.
  func server() throws -> Agent { try agents().server }

  /// Ends those at which something runs that should not, which are gone, or not to be relied on.
  func settle() {
    drop { $0.isBusy || $0.isGone || $0.isUnreliable }
  }

  private func drop(_ isUnusable: (Agent) -> Bool) {
    let unusable = all.filter(isUnusable)
    if let serverAgent, isUnusable(serverAgent) { self.serverAgent = nil }
    for (index, agent) in clientAgents.enumerated() {
      if let agent, isUnusable(agent) { clientAgents[index] = nil }
    }
    close(unusable)
  }

  private func close(_ agents: [Agent]) {
    // Side by side: each may take as long as its server.
    for agent in agents { agent.endInput() }
    for agent in agents { agent.close() }
  }
}

/// A host that a suite cannot use: which, why, and what to try.
public struct HostFailure: Error, CustomStringConvertible {
  public let description: String
}

extension HostPool {
  /// Starts every agent, and compares its version with this program's.
  /// - Returns: the machines, for the description of where the suite ran.
  /// - Throws: `HostFailure`; `SystemError`; `CancellationError` when the suite is stopped.
  public func check() throws -> [HostMachine] {
    do {
      let (server, clients) = try agents()
      let roles =
        [(server, HostMachine.Role.server)] + clients.map { ($0, HostMachine.Role.client) }
      return roles.compactMap { agent, role in
        agent.hello.map { HostMachine(name: agent.host.name, role: role, machine: $0.machine) }
      }
    } catch let failure as ProcessFailure {
      throw HostFailure(description: failure.reason)
    }
  }
}
