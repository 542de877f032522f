internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

struct BackendsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backends",
    abstract: "List the backends, and which of them this machine can run.",
    discussion: """
      Examples:
        $ echobench backends
        $ echobench backends --format json
      """)

  @Option(help: "How to list them: text or json.")
  var format = ListFormat.text

  enum ListFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  func run() throws {
    switch format {
    case .text: try Output.write(Backends.all.map(Self.text).joined())
    case .json: try Output.write(Output.line(json: BackendList()))
    }
  }

  private static func text(_ backend: any Backend.Type) -> String {
    let width = Backends.all.map { $0.name.count }.max() ?? 0
    let threads = plural(backend.defaultThreads, "thread")
    let state = backend.unavailability.map { "unavailable: \($0)" } ?? "available"
    return "\(backend.name.padded(to: width))  \(state)\n"
      + "\("".padded(to: width))  \(backend.summary); \(threads) by default\n"
  }
}
