public import EchoIO

/// Somebody's command that drives the server of a scenario. A scenario without one is driven by this
/// program's own client.
public struct Client: Codable, Hashable, Sendable {
  /// How it is called in reports.
  public let name: String
  /// A shell command with placeholders.
  public let command: String

  public init(name: String, command: String) {
    self.name = name
    self.command = command
  }

  /// How reports call this program's own.
  static let ownName = "echobench"
}

extension Client {
  /// The placeholders of a command, and what they stand for.
  enum Placeholder: String, CaseIterable {
    /// `127.0.0.1:41234`: where the server listens.
    case address
    case host
    case port
    case connections
    case workers
    /// Of a message, in bytes.
    case size
    case engine
    case verify
    /// Seconds, with decimals: `0.15`.
    case duration
    case warmup
    case timeout
    case seed
    /// The process of the server, for who reads its usage.
    case serverProcess = "server_pid"
    /// All of these as options of this program's own client, for another build of it.
    case options

    var text: String { "{\(rawValue)}" }
  }

  func has(_ placeholder: Placeholder) -> Bool {
    CommandTemplate(command).places.contains(placeholder.rawValue)
  }

  /// Whether it is told which engine to be: else it is always the same.
  var takesEngine: Bool { has(.engine) || has(.options) }

  /// Replaces the placeholders.
  func expanded(_ values: [Placeholder: String]) -> String {
    CommandTemplate(command).filled { place in
      Placeholder(rawValue: place).map { values[$0] ?? "" }
    }
  }

  /// Why it cannot be used; nil when it can. A row says under which load it ran, so a command has to
  /// be told.
  var problem: String? {
    if let rule = Server.problem(ofName: name) { return "'name' \(rule), got '\(name)'" }
    if name == Self.ownName { return "'\(name)' is the name of this program's own client" }
    if let problem = CommandTemplate.problem(ofLength: command) { return problem }
    let known = Placeholder.allCases.map(\.rawValue)
    if let problem = CommandTemplate(command).problem(knowing: known) { return problem }
    if has(.options) { return nil }
    guard has(.address) || has(.port) else {
      return "the command must have {address}, {port} or {options} in it: it is told where to"
        + " connect there"
    }
    let needed: [Placeholder] = [.connections, .size, .duration]
    guard let missing = needed.first(where: { !has($0) }) else { return nil }
    return "the command must have \(missing.text), or {options}, in it: its row would claim a load"
      + " that it was not told"
  }
}

extension Client {
  /// Why it cannot drive such a load; nil when it can.
  func problem(under load: Load) -> String? {
    load.findRate == nil
      ? nil
      : "the rate that holds ('find_rate') is what this program's own client looks for: a suite that has"
        + " it can have no other"
  }
}

extension Sweep {
  /// One of the clients that drive every server.
  public struct Driver: Equatable, Sendable {
    /// Nil for this program's own.
    public var client: Client?
    /// The only engine whose loads it runs; nil for all.
    public var engine: Engine?

    public init(_ client: Client? = nil, engine: Engine? = nil) {
      self.client = client
      self.engine = engine
    }

    /// This program's own, under every load.
    public static let own = Driver()

    func drives(_ load: Load) -> Bool { engine == nil || engine == load.engine }
  }

  /// Why a driver does not fit the loads that there are; nil when it does.
  public func problem(of driver: Driver) -> String? {
    guard let client = driver.client else { return nil }
    if let problem = client.problem { return problem }
    let engines = Engine.allCases.filter { engine in loads.contains { $0.engine == engine } }
    if let engine = driver.engine, !engines.contains(engine) {
      return "no load of this suite has the engine '\(engine.rawValue)'"
    }
    if driver.engine == nil, !client.takesEngine, engines.count > 1 {
      return "this suite has the engines \(engines.map(\.rawValue).joined(separator: " and ")): the"
        + " command must have {engine} or {options} in it, or in a suite file the key 'engine' says"
        + " which of them it is like"
    }
    if let problem = loads.lazy.compactMap({ client.problem(under: $0) }).first { return problem }
    if !client.has(.options), loads.contains(where: { $0.idle != nil }) {
      return "this suite has idle connections, and the command has no {options}: it would not open"
        + " them"
    }
    if !client.has(.options),
      loads.contains(where: {
        $0.rate != nil || $0.pipeline != nil || $0.block != nil || $0.reconnect != nil
      })
    {
      return "this suite has rates, pipelines, blocks or reconnects, and the command has no"
        + " {options}: it would not be told of them"
    }
    if !client.has(.options), loads.contains(where: { $0.sockets != .standard }) {
      return "this suite sets the client's sockets ('nodelay', 'send_buffers', 'receive_buffers'),"
        + " and the command has no {options}: it would leave them as they are"
    }
    if !client.has(.options), !client.has(.address),
      loads.contains(where: { $0.transport == .unix })
    {
      return "this suite has unix sockets, which have no port: the command must have {address} or"
        + " {options} in it"
    }
    if clientCPUs != nil, !client.has(.options) {
      return "this suite binds clients to CPUs ('client_cpus'), and the command has no {options}:"
        + " it would run elsewhere"
    }
    return nil
  }
}

extension Sweep.Driver {
  /// A command as the command line takes it: `NAME=COMMAND`.
  public init(nameAndCommand text: String) throws(UnitError) {
    guard let separator = text.firstIndex(of: "="), separator != text.startIndex else {
      throw UnitError("must be a name, '=' and a command")
    }
    let command = String(text[text.index(after: separator)...])
    let client = Client(name: String(text[..<separator]), command: command)
    if let problem = client.problem { throw UnitError("is not usable: \(problem)") }
    self.init(client)
  }
}
