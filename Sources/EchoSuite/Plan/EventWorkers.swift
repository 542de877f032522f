internal import EchoIO

/// What a suite file says of the event engine's workers.
enum EventWorkers: Equatable {
  case exactly(Int)
  /// As many as there are CPUs, but for one that is left to the server, and no more than connections.
  case byCPUs

  private static let key = "event_workers"

  /// Nil where the file says nothing.
  init?(_ map: YAMLMap) throws {
    if try map.string(Self.key) == "auto" {
      self = .byCPUs
    } else if let count = try map.count(Self.key) {
      self = .exactly(count)
    } else {
      return nil
    }
  }

  /// - Throws: `SuiteFileError` when there are more of them than connections; `SystemError` where the
  ///   kernel does not tell how many CPUs there are.
  func count(for connections: Int, _ map: YAMLMap, cpus: Int? = nil) throws -> Int {
    switch self {
    case .byCPUs:
      let cpus = try cpus ?? CPUList.now().cpus.count
      return min(connections, max(1, cpus - 1))
    case .exactly(let count):
      guard count <= connections else {
        throw map.failure(
          "'\(Self.key)' must be at most the \(connections) connections, got \(count)",
          key: Self.key)
      }
      return count
    }
  }
}
