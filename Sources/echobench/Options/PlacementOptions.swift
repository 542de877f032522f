internal import ArgumentParser
internal import EchoIO

/// Where a server or a client may run.
struct PlacementOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "CPUs to run on, such as 0 or 0,2-3. (default: wherever the scheduler likes)")
  var cpus: Given<CPUList>?

  func validate() throws {
    try cpus?.check("--cpus")
  }

  /// To be applied to this process before any thread starts; once `validate` has passed.
  var list: CPUList? {
    get throws { try cpus?.value }
  }
}
