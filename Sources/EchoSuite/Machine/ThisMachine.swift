internal import EchoIO

extension Machine {
  /// Whether figures of both may stand in one table: the same hardware, kernel and program.
  public func isComparable(with other: Machine) -> Bool {
    processor == other.processor && kernel == other.kernel && build == other.build
      && (hosts ?? []).elementsEqual(other.hosts ?? []) { $0.isComparable(with: $1) }
  }

  /// This machine, and this program, as they are now: to be called before anything is measured.
  /// - Parameter network: the way from client to server.
  public static func current(network: Network.Kind = .loopback) async -> Machine {
    describe(
      network: network,
      build: Build(
        version: Version.number, configuration: .current, compiler: compilerDescription,
        revision: await SourceRevision.ofRunningProgram()))
  }
}
