internal import EchoIO

extension Machine {
  /// Whether figures of both may stand in one table: the same hardware, kernel and program.
  public func isComparable(with other: Machine) -> Bool {
    processor == other.processor && kernel == other.kernel && build == other.build
  }

  /// This machine, and this program, as they are now: to be called before anything is measured.
  public static func current() async -> Machine {
    describe(
      network: .loopback,
      build: Build(
        version: Version.number, configuration: .current, compiler: compilerDescription,
        revision: await SourceRevision.ofRunningProgram()))
  }
}
