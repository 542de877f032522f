internal import ArgumentParser
internal import EchoIO

struct BackendsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backends",
    abstract: "List the backends, and which of them this machine can run.")

  func run() throws {
    let width = Backends.all.map { $0.name.count }.max() ?? 0
    for backend in Backends.all {
      let name = backend.name + String(repeating: " ", count: width - backend.name.count)
      let threads =
        "\(backend.defaultThreads) \(backend.defaultThreads == 1 ? "thread" : "threads")"
      let state = backend.unavailability.map { "unavailable: \($0)" } ?? "available"
      try Output.write("\(name)  \(state)\n")
      try Output.write(
        "\(String(repeating: " ", count: width))  \(backend.summary); \(threads) by default\n")
    }
  }
}
