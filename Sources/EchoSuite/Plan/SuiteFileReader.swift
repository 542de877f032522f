internal import EchoIO
internal import Yams

/// Reads a suite file: YAML with the keys below, each checked, so that a slip is an error with its
/// line and not a default that nobody asked for.
struct SuiteFileReader {
  private let file: String

  /// - Throws: `SuiteFileError`.
  static func read(_ text: String, file: String) throws -> SuiteFile {
    try SuiteFileReader(file: file).read(text)
  }

  private func read(_ text: String) throws -> SuiteFile {
    guard let root = try root(text) else {
      throw failure("is empty; 'name' and 'servers' are needed", at: nil)
    }
    let map = try YAMLMap(root, reader: self)
    try map.allow(
      named: Self.isExtension,
      ["name", "about", "duration", "warmup", "timeout", "event_workers", "buffers", "threads"]
        + ["also", "servers", "clients", "twin", "client_cpus", "anatomy"]
        + ["server_host", "client_hosts"] + Self.goalKeys
        + LoadAxis.all.compactMap(\.suiteKey), renamed: ["noise_floor": "twin"])
    let loads = try loads(map)
    var suite = SuiteFile(
      name: try name(map), about: try about(map),
      goals: try goals(map),
      duration: try map.quantity("duration", SuiteLimits.duration) ?? .seconds(1),
      warmup: try map.quantity("warmup", SuiteLimits.warmup) ?? .milliseconds(200),
      timeout: try map.quantity("timeout", SuiteLimits.timeout) ?? .seconds(5),
      sweep: Sweep(
        entries: [], loads: loads,
        buffers: try map.quantities("buffers") ?? [ByteCount(64 << 10)],
        threads: try map.counts("threads", SuiteLimits.threads) ?? [],
        clientCPUs: try map.quantity("client_cpus").map { (cpus: CPUList) in "\(cpus)" },
        hasTwin: try map.bool("twin") ?? true))
    suite.sweep.hasRateParts = try hasRateParts(map)
    suite.anatomy = try map.bool("anatomy") ?? false
    if suite.anatomy, loads.allSatisfy({ $0.findRate != nil }) {
      throw map.failure(
        "'anatomy' counts what a message costs under a load that is given, and here every rate is to be"
          + " found ('find_rate')", key: "anatomy")
    }
    suite.sweep.entries = try entries(map, of: suite.sweep)
    suite.sweep.drivers = try drivers(map, of: suite.sweep)
    suite.hosts = try hosts(map)
    if let (key, reason) = suite.hostRules?.problem { throw map.failure(reason, key: key) }
    try checkSize(suite, map)
    return suite
  }

  /// A key that is not read: a place for what other keys name by their aliases.
  private static func isExtension(_ key: String) -> Bool { key.hasPrefix("x-") }

  private static let goalKeys = [
    "rounds", "precision", "other_precision", "min_rounds", "max_rounds", "budget",
  ]

  private func goals(_ map: YAMLMap) throws -> Goals {
    var changes = GoalChanges()
    changes.rounds = try map.count("rounds", SuiteLimits.rounds)
    changes.precision = try map.quantity("precision")
    changes.otherPrecision = try map.quantity("other_precision")
    changes.fewestRounds = try map.count("min_rounds", SuiteLimits.rounds)
    changes.mostRounds = try map.count("max_rounds", SuiteLimits.rounds)
    changes.budget = try map.quantity("budget")
    do throws(UnitError) {
      return try changes.applied(to: .fixed(SuiteFile.defaultRounds))
    } catch {
      let key = changes.rounds == nil ? "max_rounds" : "rounds"
      throw map.failure("'\(key)' \(error)", key: key)
    }
  }

  private func root(_ text: String) throws -> Node? {
    let text = YAMLText(text)
    do {
      return try text.root()
    } catch let error as YamlError {
      let error = SuiteFileError(file: file, error)
      throw failure(text.restored(error.reason), at: error.line)
    } catch let problem as YAMLAliases.Problem {
      throw failure(text.restored(problem.reason), at: problem.line)
    }
  }

  /// The name is a folder of `results/local/`.
  private func name(_ map: YAMLMap) throws -> String {
    let name = try map.required("name")
    if let rule = SuiteFile.problem(ofName: name) {
      throw map.failure("'name' \(rule), got '\(name)'", key: "name")
    }
    return name
  }

  private func about(_ map: YAMLMap) throws -> String {
    let about = try map.string("about") ?? ""
    if let rule = SuiteFile.problem(ofAbout: about) {
      throw map.failure("'about' \(rule)", key: "about")
    }
    return about
  }

  /// Before anything is made of that size.
  private func checkSize(_ suite: SuiteFile, _ map: YAMLMap) throws {
    let scenarios = suite.sweep.scenarioCount
    if let rule = SuiteLimits.scenarios.problem(scenarios) {
      throw map.failure("the number of scenarios \(rule), got \(scenarios)", key: nil)
    }
    if let problem = SuiteLimits.problem(rounds: suite.goals.mostRounds, scenarios: scenarios) {
      throw map.failure(problem, key: "rounds")
    }
  }

  private func entries(_ map: YAMLMap, of sweep: Sweep) throws -> [Sweep.Entry] {
    var seen: Set<String> = []
    let maps = try map.maps("servers")
    let entries = try maps.map { map in
      let entry = try entry(map)
      if let (key, reason) = sweep.problem(of: entry) { throw map.failure(reason, key: key) }
      guard seen.insert(entry.name).inserted else {
        throw map.failure("two servers are called '\(entry.name)': give one a 'name'", key: "name")
      }
      return entry
    }
    for (entry, map) in zip(entries, maps) {
      for case (let key, let other?) in [
        ("corrected_by", entry.correctedBy), ("against", entry.against),
      ] where other == entry.name || !seen.contains(other) {
        throw map.failure("'\(key)' must name another server, got '\(other)'", key: key)
      }
    }
    return entries
  }

  private func entry(_ map: YAMLMap) throws -> Sweep.Entry {
    try map.allow([
      "backend", "command", "name", "threads", "cpus", "buffers", "verify", "published_as",
      "corrected_by", "against", "nodelay", "send_buffer", "receive_buffer",
    ])
    let backend = try map.string("backend")
    let command = try map.string("command")
    let kind: Server.Kind
    switch (backend, command) {
    case (let backend?, nil):
      guard Backends.named(backend) != nil else {
        let known = Backends.all.map { $0.name }.joined(separator: ", ")
        throw map.failure("there is no backend '\(backend)'; there are \(known)", key: "backend")
      }
      kind = .backend(name: backend)
    case (nil, let command?):
      try checkCommand(command, map)
      kind = .command(line: command)
    default:
      throw map.failure("a server is either a 'backend' or a 'command'", key: nil)
    }
    let name = try map.string("name") ?? backend ?? map.required("name")
    if let rule = Server.problem(ofName: name) { throw map.failure("'name' \(rule)", key: "name") }
    return Sweep.Entry(
      name: name, kind: kind,
      threads: try map.counts("threads", SuiteLimits.threads),
      cpus: try map.quantity("cpus").map { (cpus: CPUList) in "\(cpus)" },
      sockets: try sockets(map), publishedAs: try map.string("published_as"),
      correctedBy: try map.string("corrected_by"), against: try map.string("against"),
      buffers: try map.quantities("buffers"),
      verifications: try map.choices("verify") ?? [.full])
  }

  /// Nil where nothing is asked for.
  private func sockets(_ map: YAMLMap) throws -> SocketOptions? {
    func buffer(_ key: String) throws -> ByteCount? {
      let buffer: SocketBuffer? = try map.quantity(key)
      if let rule = buffer?.problem {
        throw map.failure("'\(key)' \(rule), got '\(try map.required(key))'", key: key)
      }
      return buffer?.size
    }
    let nodelay: Switch? = try map.quantity("nodelay")
    let sockets = SocketOptions(
      nodelay: nodelay?.isOn ?? true, sendBuffer: try buffer("send_buffer"),
      receiveBuffer: try buffer("receive_buffer"))
    return sockets == .standard ? nil : sockets
  }

  private func checkCommand(_ command: String, _ map: YAMLMap) throws {
    if let problem = Server.problem(ofCommand: command) {
      throw map.failure(problem, key: "command")
    }
    for key in ["threads", "cpus", "nodelay", "send_buffer", "receive_buffer"]
    where map.has(key) {
      throw map.failure("'\(key)' is for backends: put it into the command", key: key)
    }
    if !Server.has(.bufferSize, in: command), map.has("buffers") {
      let place = Server.Placeholder.bufferSize.text
      throw map.failure("'buffers' is for commands with \(place) in them", key: "buffers")
    }
  }

  func failure(_ reason: String, at line: Int?) -> SuiteFileError {
    SuiteFileError(file: file, line: line, reason: legible(reason))
  }
}
