internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

struct BackendsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backends",
    abstract: "List the backends, and which of them this machine can run.")

  func run() throws {
    let width = Backends.all.map { $0.name.count }.max() ?? 0
    for backend in Backends.all {
      let threads = plural(backend.defaultThreads, "thread")
      let state = backend.unavailability.map { "unavailable: \($0)" } ?? "available"
      try Output.write("\(backend.name.padded(to: width))  \(state)\n")
      try Output.write("\("".padded(to: width))  \(backend.summary); \(threads) by default\n")
    }
  }
}
