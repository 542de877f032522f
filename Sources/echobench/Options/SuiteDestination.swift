internal import ArgumentParser
internal import EchoSuite

/// Where a suite's files go.
struct SuiteDestination: ParsableArguments {
  @Option(
    help: "The folder for the suite's files. (default: results/local/NAME)",
    completion: .directory)
  var output: String?

  @Flag(
    help: """
      Go on with the suite in that folder, as it was planned; what could not run is tried again.
      """)
  var resume = false

  @Flag(help: "Replace the suite in that folder.")
  var overwrite = false

  func validate() throws {
    if resume, overwrite {
      throw ValidationError(
        "'--resume' keeps what is there and '--overwrite' replaces it: give one.")
    }
  }

  var isEmpty: Bool { output == nil && !resume && !overwrite }

  /// Nil when nothing says which suite is meant.
  func directory(of file: SuiteFile?) -> String? {
    output ?? file.map { "results/local/\($0.name)" }
  }
}
