public import EchoIO
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
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw SuiteFileError(file: file, error)
    }
    guard let root else { throw failure("is empty; 'name' and 'servers' are needed", at: nil) }
    let map = try YAMLMap(root, reader: self)
    try map.allow(
      ["name", "about", "duration", "warmup", "timeout", "event_workers", "buffers"]
        + ["servers", "noise_floor", "client_cpus"] + Self.goalKeys
        + LoadAxis.all.compactMap(\.suiteKey))
    let loads = try loads(map)
    return SuiteFile(
      name: try name(map), about: try map.string("about") ?? "",
      goals: try goals(map),
      duration: try timeSpan("duration", map, atLeast: .milliseconds(10)) ?? .seconds(1),
      warmup: try map.quantity("warmup") ?? .milliseconds(200),
      timeout: try timeSpan("timeout", map, atLeast: .milliseconds(1)) ?? .seconds(5),
      sweep: Sweep(
        entries: try entries(map), loads: loads,
        buffers: try map.quantities("buffers") ?? [ByteCount(64 << 10)],
        clientCPUs: try map.quantity("client_cpus").map { (cpus: CPUList) in "\(cpus)" },
        measuresNoiseFloor: try map.bool("noise_floor") ?? true))
  }

  private static let goalKeys = [
    "rounds", "precision", "other_precision", "min_rounds", "max_rounds", "budget",
  ]

  private func goals(_ map: YAMLMap) throws -> Goals {
    var changes = GoalChanges()
    changes.rounds = try map.count("rounds")
    changes.precision = try map.quantity("precision")
    changes.otherPrecision = try map.quantity("other_precision")
    changes.fewestRounds = try map.count("min_rounds")
    changes.mostRounds = try map.count("max_rounds")
    changes.budget = try map.quantity("budget")
    do throws(UnitError) {
      return try changes.applied(to: .fixed(SuiteFile.defaultRounds))
    } catch {
      let key = changes.rounds == nil ? "max_rounds" : "rounds"
      throw map.failure("'\(key)' \(error)", key: key)
    }
  }

  /// The name is a folder of `results/`.
  private func name(_ map: YAMLMap) throws -> String {
    let name = try map.required("name")
    let isPlain = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
    }
    guard isPlain, !name.isEmpty, !name.hasPrefix(".") else {
      throw map.failure(
        "'name' must be letters, digits, '-', '_' and '.', got '\(name)'", key: "name")
    }
    return name
  }

  private func timeSpan(_ key: String, _ map: YAMLMap, atLeast least: TimeSpan) throws -> TimeSpan?
  {
    guard let span: TimeSpan = try map.quantity(key) else { return nil }
    guard span >= least else {
      throw map.failure(
        "'\(key)' must be at least \(least), got '\(try map.required(key))'", key: key)
    }
    return span
  }

  /// The product of the axes, later ones varying fastest.
  private func loads(_ map: YAMLMap) throws -> [Load] {
    var texts: [[String: String]] = [[:]]
    for axis in LoadAxis.all.reversed() {
      guard let key = axis.suiteKey,
        let values = try map.values(key, axis.canonical)
      else { continue }
      texts = values.flatMap { value in texts.map { $0.merging([axis.name: value]) { $1 } } }
    }
    let eventWorkers = try map.count("event_workers")
    return try texts.map { try load($0, eventWorkers, map) }
  }

  private func load(
    _ texts: [String: String], _ eventWorkers: Int?, _ map: YAMLMap
  ) throws -> Load {
    var load: Load
    do {
      load = try Load(texts)
    } catch {
      let key = error.axis.suiteKey ?? error.axis.name
      throw map.failure("'\(key)' \(error.rule), got '\(error.given)'", key: key)
    }
    guard let eventWorkers, load.engine == .event else { return load }
    guard eventWorkers <= load.connections else {
      throw map.failure(
        "'event_workers' must be at most the \(load.connections) connections, got \(eventWorkers)",
        key: "event_workers")
    }
    load.workers = eventWorkers
    return load
  }

  private func entries(_ map: YAMLMap) throws -> [Sweep.Entry] {
    var seen: Set<String> = []
    let maps = try map.maps("servers")
    let entries = try maps.map { map in
      let entry = try entry(map)
      guard seen.insert(entry.name).inserted else {
        throw map.failure("two servers are called '\(entry.name)': give one a 'name'", key: "name")
      }
      return entry
    }
    for (entry, map) in zip(entries, maps) {
      guard let other = entry.correctedBy, other == entry.name || !seen.contains(other) else {
        continue
      }
      throw map.failure(
        "'corrected_by' must name another server, got '\(other)'", key: "corrected_by")
    }
    return entries
  }

  private func entry(_ map: YAMLMap) throws -> Sweep.Entry {
    try map.allow([
      "backend", "command", "name", "threads", "cpus", "buffers", "verify", "published_as",
      "corrected_by",
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
    guard !name.isEmpty else { throw map.failure("'name' must not be empty", key: "name") }
    return Sweep.Entry(
      name: name, kind: kind,
      threads: try map.count("threads"),
      cpus: try map.quantity("cpus").map { (cpus: CPUList) in "\(cpus)" },
      publishedAs: try map.string("published_as"),
      correctedBy: try map.string("corrected_by"), buffers: try map.quantities("buffers"),
      verifications: try map.choices("verify") ?? [.full])
  }

  private func checkCommand(_ command: String, _ map: YAMLMap) throws {
    if let problem = Server.problem(ofCommand: command) {
      throw map.failure(problem, key: "command")
    }
    for key in ["threads", "cpus"] where try map.string(key) != nil {
      throw map.failure("'\(key)' is for backends: put it into the command", key: key)
    }
    let place = Server.Placeholder.bufferSize.text
    if !command.contains(place), map.has("buffers") {
      throw map.failure("'buffers' is for commands with \(place) in them", key: "buffers")
    }
  }

  func failure(_ reason: String, at line: Int?) -> SuiteFileError {
    SuiteFileError(file: file, line: line, reason: reason)
  }
}

extension Sweep.Entry {
  /// A command as the command line takes it: `NAME=COMMAND`.
  public init(nameAndCommand text: String) throws(UnitError) {
    guard let separator = text.firstIndex(of: "="), separator != text.startIndex else {
      throw UnitError("must be a name, '=' and a command")
    }
    let command = String(text[text.index(after: separator)...])
    if let problem = Server.problem(ofCommand: command) {
      throw UnitError("is not usable: \(problem)")
    }
    self.init(name: String(text[..<separator]), kind: .command(line: command))
  }
}

extension Server {
  /// Why a command cannot be used; nil when it can.
  static func problem(ofCommand command: String) -> String? {
    if let unknown = command.matches(of: /\{([a-z_]+)\}/).map({ String($0.output.1) })
      .first(where: { Placeholder(rawValue: $0) == nil })
    {
      return "there is no placeholder {\(unknown)}; there are"
        + " \(Placeholder.allCases.map(\.text).joined(separator: ", "))"
    }
    guard Placeholder.locating.contains(where: { command.contains($0.text) }) else {
      return "the command must have {address} or {port} in it: it is told where to listen there"
    }
    return nil
  }
}
