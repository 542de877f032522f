internal import ArgumentParser
internal import EchoIO

/// Where a server or a client may run.
struct PlacementOptions: ParsableArguments {
  @Option(help: "CPUs to run on, such as 0 or 0,2-3. (default: wherever the scheduler likes)")
  var cpus: Given<CPUList>?

  func validate() throws {
    try cpus?.check("--cpus")
  }

  /// Binds this process; to be called before any thread starts.
  func apply() throws {
    try cpus?.value.apply()
  }
}
