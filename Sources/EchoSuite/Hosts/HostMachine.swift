/// A host's machine, as its agent tells: a part of the description of where a suite ran.
public struct HostMachine: Codable, Equatable, Sendable {
  public enum Role: String, Codable, Sendable {
    case server, client
  }

  /// As the suite file calls the host.
  public var name: String
  public var role: Role
  public var machine: Machine
}

extension HostMachine {
  /// Whether figures of both may stand in one table.
  func isComparable(with other: HostMachine) -> Bool {
    name == other.name && role == other.role && machine.isComparable(with: other.machine)
  }
}
