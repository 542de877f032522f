import EchoIO
import Testing

@testable import EchoSuite

/// Clients that are commands, in suite files and on the command line.
struct ClientTests {
  private static let told = "drive {port} {connections} {size} {duration}"

  /// A plan of one server with these clients.
  private func plan(_ clients: String, _ more: String = "") throws -> Plan {
    try Plan.reading(
      """
      name: driven
      twin: false
      servers: [{backend: threads}]
      clients: [\(clients)]
      \(more)
      """)
  }

  @Test func `this program's own client is always there, first unless it is named`() throws {
    let command = "{name: c, command: '\(Self.told)'}"
    let first = try plan(command).scenarios.map(\.clientName)
    #expect(first == ["echobench", "c"])
    let named = try plan("\(command), {own: true}").scenarios.map(\.clientName)
    #expect(named == ["c", "echobench"])
  }

  @Test func `who drives is part of a scenario's name, and of the load nothing changes`() throws {
    let scenarios = try plan("{name: c, command: '\(Self.told)'}").scenarios
    #expect(
      scenarios.map(\.name) == [
        "threads, 64k buffer, 1000 B, blocking", "threads, 64k buffer, 1000 B, blocking, client c",
      ])
    #expect(scenarios[0].load == scenarios[1].load)
    #expect(scenarios[1].drivenByOwn == scenarios[0])
  }

  @Test func `a command that is no engine of its own runs under every one`() throws {
    let scenarios = try plan(
      "{name: c, command: '\(Self.told) {engine}'}, {name: e, engine: event, command: '\(Self.told)'}",
      "engines: [blocking, event]"
    ).scenarios
    #expect(
      scenarios.map { "\($0.clientName) \($0.load.engine)" } == [
        "echobench blocking", "c blocking", "echobench event", "c event", "e event",
      ])
  }

  @Test(arguments: [
    "engines: event\nrates: 1k", "pipelines: 16", "blocks: [1, 4]", "reconnects: every=1",
  ])
  func `a command has to be told of a rate, a depth and a block`(load: String) throws {
    let refused = #expect(throws: SuiteFileError.self) {
      try plan("{name: c, command: '\(Self.told)'}", load)
    }
    #expect(refused?.reason.contains("it would not be told of them") == true)
    #expect(try plan("{name: c, command: 'drive {options}'}", load).hasClients)
  }

  @Test func `another client runs a server once, however often it is verified`() throws {
    let scenarios = try Plan.reading(
      """
      name: a
      servers: [{backend: threads, verify: ["off", full]}]
      clients: [{name: c, command: "client {options}"}]
      """
    ).scenarios
    #expect(
      scenarios.map { "\($0.clientName) \($0.load.verification)" } == [
        "echobench off", "echobench full", "c full", "echobench full",
      ])
    #expect(scenarios[3].isTwin)
  }

  @Test(arguments: [
    ("{name: c}", "a client is either 'own: true' or a 'name' and a 'command'"),
    ("{command: 'x {options}'}", "'name' is missing"),
    ("{own: false}", "'own: true' is this program's own client"),
    ("{own: true, name: c}", "'own: true' is this program's own client"),
    ("{own: true}, {own: true}", "two clients are called 'echobench'"),
    ("{name: echobench, command: 'x {options}'}", "is the name of this program's own client"),
    (#"{name: "", command: 'x {options}'}"#, "'name' must not be empty"),
    ("{name: c, command: 'x {speed}'}", "there is no placeholder {speed}"),
    ("{name: c, command: 'x'}", "the command must have {address}, {port} or {options}"),
    ("{name: c, command: 'x {port}'}", "the command must have {connections}, or {options}"),
    ("{name: c, command: 'x {port} {connections}'}", "must have {size}"),
    ("{name: c, command: 'x {port} {connections} {size}'}", "must have {duration}"),
    ("{name: c, command: 'x {options}', engine: event}", "no load of this suite has the engine"),
    ("{name: c, command: 'x {options}', engine: fast}", "'engine' must be of blocking, event"),
    ("{name: c, command: 'x {options}', speed: 1}", "there is no key 'speed' here"),
  ])
  func `a client that cannot be is an error with its line`(client: String, reason: String) throws {
    let error = #expect(throws: SuiteFileError.self) { try plan(client) }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    #expect(error?.line == 4)
  }

  @Test(arguments: [
    (
      "transports: [tcp, unix]", "this suite has unix sockets, which have no port: the command must"
    ),
    ("nodelay: off", "this suite sets the client's sockets ('nodelay', 'send_buffers', 'receive_b"),
    ("receive_buffers: [auto, 4k]", "this suite sets the client's sockets ('nodelay', 'send_buff"),
  ])
  func `a command that is not told how to connect is refused`(key: String, reason: String) throws {
    let error = #expect(throws: SuiteFileError.self) {
      try plan("{name: c, command: '\(Self.told)'}", key)
    }
    #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
    let scenarios = try plan("{name: c, command: 'x {options}'}", key).scenarios
    #expect(scenarios.count == 2 * Set(scenarios.map(\.load)).count)
  }

  @Test func `which of several engines a command is like has to be said`() throws {
    let error = #expect(throws: SuiteFileError.self) {
      try plan("{name: c, command: '\(Self.told)'}", "engines: [blocking, event]")
    }
    #expect(error?.reason.contains("must have {engine} or {options} in it") == true)
  }

  @Test func `a client that cannot be bound to CPUs is refused where clients are`() throws {
    let error = #expect(throws: SuiteFileError.self) {
      try plan("{name: c, command: '\(Self.told)'}", "client_cpus: 0")
    }
    #expect(error?.reason.contains("'client_cpus'") == true)
    let scenarios = try plan("{name: c, command: 'x {options}'}", "client_cpus: 0").scenarios
    #expect(scenarios.map(\.clientCPUs) == ["0", "0"])
  }

  @Test(arguments: [
    ("=x {options}", "must be a name, '=' and a command"),
    ("c", "must be a name, '=' and a command"),
    ("c=x", "is not usable: the command must have {address}"),
  ])
  func `the command line's form is checked`(text: String, rule: String) {
    let error = #expect(throws: UnitError.self) { try Sweep.Driver(nameAndCommand: text) }
    #expect(error?.description.hasPrefix(rule) == true)
  }

  @Test func `a server can name the one that it is compared with`() throws {
    let scenarios = try Plan.reading(
      "{name: a, twin: false, servers: [{backend: threads}, {backend: libuv, against: threads}]}"
    ).scenarios
    #expect(scenarios.map(\.server.against) == [nil, "threads"])
    let error = #expect(throws: SuiteFileError.self) {
      try Plan.reading("{name: a, servers: [{backend: threads, against: threads}]}")
    }
    #expect(error?.reason == "'against' must name another server, got 'threads'")
  }
}
