internal import EchoIO

/// What there is to a suite that has hosts, for finding out whether they go together.
struct HostRules {
  let hosts: Hosts
  let loads: [Load]
  /// Of each trial, in nanoseconds.
  let warmup: UInt64
  let countsAnatomy: Bool
  let hasClients: Bool

  /// Load before the window, so that the windows of several clients lie under full load though they begin
  /// a little apart.
  static let leastWarmup = TimeSpan.milliseconds(50)

  /// The first rule that is broken, and the key of a suite file that is to blame; nil when none is.
  var problem: (key: String, reason: String)? {
    hosts.problem ?? work ?? loads.lazy.compactMap(problem).first
  }

  private var work: (key: String, reason: String)? {
    if countsAnatomy {
      return (
        "anatomy",
        "'anatomy' traces a server of this machine, and the server is to run on a host: leave one of them"
          + " out, or run 'echobench anatomy' there"
      )
    }
    if hasClients {
      return (
        "clients",
        "a client that is a command runs on this machine, beside its server: leave 'clients' out, or the"
          + " hosts"
      )
    }
    if hosts.clients.count > 1, warmup < Self.leastWarmup.nanoseconds {
      return (
        "warmup",
        "'warmup' must be at least \(Self.leastWarmup) with several hosts: their windows begin a little"
          + " apart, and lie under the load before and after them, got \(TimeSpan(nanoseconds: warmup))"
      )
    }
    return nil
  }

  private func problem(_ load: Load) -> (key: String, reason: String)? {
    let count = hosts.clients.count
    if load.findRate != nil {
      return (
        "find_rate",
        "'find_rate' has a client look for its rate beside the server, which is to run on a host: find the"
          + " rate with 'echobench client --find-rate', and give it as 'rates'"
      )
    }
    if load.transport != hosts.listening.transport {
      return (
        "transports",
        load.transport == .unix
          ? "'transports' must be without unix where there are hosts: such a socket does not leave its"
            + " machine"
          : "'transports' must be what 'address' is of: \(hosts.address) is not of"
            + " '\(load.transport.rawValue)', but of '\(hosts.listening.transport?.rawValue ?? "")'"
      )
    }
    let divided = [
      ("connections", load.connections), ("rates", load.rate ?? count),
      ("idle_connections", load.idle ?? count),
    ]
    guard let (key, value) = divided.first(where: { $0.1 < count }) else { return nil }
    return (
      key,
      "'\(key)' must be at least \(count), to be divided among as many client hosts, got \(value)"
    )
  }
}

extension SuiteFile {
  var hostRules: HostRules? {
    hosts.map {
      HostRules(
        hosts: $0, loads: sweep.loads, warmup: warmup.nanoseconds, countsAnatomy: anatomy,
        hasClients: sweep.drivers.contains { $0.client != nil })
    }
  }

  /// Why it cannot run on its hosts, with what the command line has changed; nil when it can, or has none.
  public var hostProblem: String? { hostRules?.problem?.reason }
}

extension Hosts {
  /// Who connects to one of these connects to itself (ip(7)).
  private static let unspecified = ["0.0.0.0", "::"]

  /// The first rule that they break by themselves, and the key that is to blame; nil when none is.
  var problem: (key: String, reason: String)? {
    guard let transport = listening.transport, transport != .unix else {
      return (
        "address",
        "'address' must be an address of IPv4 or IPv6, as the clients reach the server's host, got"
          + " '\(address)'"
      )
    }
    if Self.unspecified.contains(address) {
      return (
        "address",
        "'address' must be one at which the clients reach the server's host: \(address) is whoever asks"
      )
    }
    if clients.isEmpty || clients.count > Shard.most {
      return ("client_hosts", "'client_hosts' must have 1 to \(Shard.most) hosts")
    }
    if let problem = server.problem { return ("server_host", problem) }
    for (index, client) in clients.enumerated() {
      if let problem = client.problem { return ("client_hosts", problem) }
      if clients[..<index].contains(where: { $0.name == client.name }) {
        return (
          "client_hosts",
          "two client hosts are called '\(client.name)': give one a 'name' of its own"
        )
      }
    }
    return nil
  }
}

extension Host {
  /// The first rule that it breaks; nil when it can be used.
  var problem: String? {
    do throws(UnitError) {
      _ = try ClientID(parsing: name)
    } catch {
      return "'name' \(error), got '\(name)'"
    }
    if let launch {
      guard let first = launch.first, !first.isEmpty else {
        return "'launch' must be a command that ends in a host, such as ssh h1"
      }
      if first.hasPrefix("-") { return "'launch' must begin with a program, got '\(first)'" }
      if launch.contains(where: \.hasControlCharacters) {
        return "'launch' must not have control characters"
      }
    }
    guard let program else { return nil }
    // It passes through shells of whatever kind.
    let isPlain = program.utf8.allSatisfy {
      switch $0 {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "._/+@~-".utf8.contains($0)
      }
    }
    return isPlain && !program.isEmpty && !program.hasPrefix("-")
      ? nil
      : "'program' must be a path of letters, digits and ./_+@~-, which a shell leaves as they are, got"
        + " '\(program)'"
  }
}
