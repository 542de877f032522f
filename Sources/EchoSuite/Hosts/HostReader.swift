internal import EchoIO

extension SuiteFileReader {
  /// The keys `server_host` and `client_hosts`; nil where there is neither.
  func hosts(_ map: YAMLMap) throws -> Hosts? {
    guard map.has("server_host") else {
      guard map.has("client_hosts") else { return nil }
      throw map.failure(
        "'client_hosts' needs 'server_host' with the 'address' at which they reach the server; without a"
          + " 'launch' it is this machine", key: "client_hosts")
    }
    let server = try map.map("server_host")
    let clients =
      map.has("client_hosts") ? try map.maps("client_hosts").map { try host($0) } : [Hosts.here]
    let hosts = Hosts(
      server: try host(server, besides: ["address"]), address: try server.required("address"),
      clients: clients)
    if let (key, reason) = hosts.problem {
      throw map.failure(reason, key: key == "address" ? "server_host" : key)
    }
    return hosts
  }

  private func host(_ map: YAMLMap, besides others: [String] = []) throws -> Host {
    let kinds = HostKind.all
    try map.allow(["name", "program"] + kinds.map(\.key) + others)
    let given = kinds.filter { map.has($0.key) }
    if given.count > 1 {
      throw map.failure(
        "'\(given[0].key)' and '\(given[1].key)' both say how it is reached: give one of them",
        key: given[1].key)
    }
    let launch = try given.first.flatMap { kind in
      try map.string(kind.key).map { text in
        do throws(UnitError) {
          return try kind.words(text)
        } catch {
          throw map.failure("'\(kind.key)' \(error), got '\(text)'", key: kind.key)
        }
      }
    }
    let host = Host(
      name: try map.string("name") ?? Self.name(of: launch), launch: launch,
      program: try map.string("program"))
    if let problem = host.problem { throw map.failure(problem, key: nil) }
    return host
  }

  /// The last word of a launcher is a host, as a rule: `ssh me@h1`.
  private static func name(of launch: [String]?) -> String {
    guard let last = launch?.last else { return Hosts.here.name }
    return ClientID(host: String(last.split(separator: "@").last ?? ""), number: nil).description
  }
}
