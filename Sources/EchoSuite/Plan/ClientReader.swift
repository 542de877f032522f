internal import EchoIO

extension SuiteFileReader {
  /// The key `clients`: those that are commands, and this program's own at its place among them, or
  /// first where it is not named.
  func drivers(_ map: YAMLMap, of sweep: Sweep) throws -> [Sweep.Driver] {
    guard map.has("clients") else { return [.own] }
    var drivers: [Sweep.Driver] = []
    for map in try map.maps("clients") {
      let driver = try driver(map)
      let name = driver.client?.name ?? Client.ownName
      guard !drivers.contains(where: { $0.client?.name == driver.client?.name }) else {
        throw map.failure("two clients are called '\(name)': give one another 'name'", key: "name")
      }
      if let problem = sweep.problem(of: driver) {
        throw map.failure(problem, key: map.has("command") ? "command" : nil)
      }
      drivers.append(driver)
    }
    return drivers.contains { $0.client == nil } ? drivers : [.own] + drivers
  }

  private func driver(_ map: YAMLMap) throws -> Sweep.Driver {
    try map.allow(["own", "name", "command", "engine"])
    if let own = try map.bool("own") {
      guard own, !["name", "command", "engine"].contains(where: map.has) else {
        throw map.failure(
          "'own: true' is this program's own client, and stands alone in its entry", key: "own")
      }
      return .own
    }
    guard map.has("command") else {
      throw map.failure("a client is either 'own: true' or a 'name' and a 'command'", key: nil)
    }
    let client = Client(name: try map.required("name"), command: try map.required("command"))
    let engines: [Engine]? = try map.choices("engine")
    guard engines?.count ?? 1 == 1 else {
      throw map.failure("'engine' must be a single value", key: "engine")
    }
    return Sweep.Driver(client, engine: engines?.first)
  }
}
