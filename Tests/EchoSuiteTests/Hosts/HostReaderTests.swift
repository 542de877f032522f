import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// The keys of a suite file that name hosts.
struct HostReaderTests {
  private static func read(_ keys: String, _ more: String = "") throws -> SuiteFile {
    try SuiteFileReader.read(
      "name: a\nservers: [{backend: epoll}]\nconnections: 4\nworkers: 2\n\(keys)\n\(more)",
      file: "a.yaml")
  }

  private static let server = "server_host: {launch: ssh me@h1, address: 10.77.0.11}"

  @Test func `hosts have the words of their launchers, and the names of their last words`() throws {
    let hosts = try #require(
      try Self.read(
        Self.server
          + "\nclient_hosts: [{launch: \"ssh -o 'A B' h2\", program: /opt/echobench}, {name: x, launch: srun -w h3}]"
      ).hosts)
    #expect(hosts.server == Host(name: "h1", launch: ["ssh", "me@h1"]))
    #expect(hosts.address == "10.77.0.11")
    #expect(
      hosts.clients == [
        Host(name: "h2", launch: ["ssh", "-o", "A B", "h2"], program: "/opt/echobench"),
        Host(name: "x", launch: ["srun", "-w", "h3"]),
      ])
    #expect(hosts.clients[0].command == ["ssh", "-o", "A B", "h2", "/opt/echobench", "agent"])
  }

  /// What `--resume` tells before it runs any, and does not run of another user's plan.
  @Test func `a plan's commands are those of its launchers, servers and clients`() throws {
    let remote = Plan(
      try Self.read(Self.server + "\nclient_hosts: [{launch: \"ssh -o 'A B' h2\"}, {name: b}]"),
      seed: 1)
    #expect(remote.commands.map(\.name) == ["h1", "h2"])
    #expect(
      remote.commands.map(\.line)
        == ["ssh me@h1 echobench agent", "ssh -o 'A B' h2 echobench agent"])
    let here = Plan(
      try SuiteFileReader.read(
        """
        name: a
        servers: [{name: mine, command: "serve {port}"}, {backend: epoll}]
        clients: [{name: own, command: "drive {address} {connections} {size} {duration}"}]
        """, file: "a.yaml"), seed: 1)
    #expect(
      here.commands.map(\.line) == [
        "serve {port}", "drive {address} {connections} {size} {duration}",
      ])
  }

  @Test func `a role without a launcher is here`() throws {
    let hosts = try #require(try Self.read("server_host: {address: 127.0.0.1}").hosts)
    #expect(hosts.server == Hosts.here && hosts.clients == [Hosts.here])
    #expect(hosts.server.command == nil)
  }

  @Test func `a suite without hosts has no word of them`() throws {
    let file = try Self.read("")
    #expect(file.hosts == nil)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let plan = Plan(file, seed: 1)
    let text = String(decoding: try encoder.encode(plan), as: UTF8.self)
    #expect(!text.contains("hosts"))
    let measurement = Measurement(
      Trial(scenario: 0, round: 1), name: "a", attempt: 1, outcome: .ran)
    #expect(
      !String(decoding: try encoder.encode(measurement), as: UTF8.self).contains("hosts"))
  }

  @Test func `a plan with hosts is read as it was written`() throws {
    let plan = Plan(
      try Self.read(Self.server + "\nclient_hosts: [{launch: ssh h2}, {name: b}]"), seed: 1)
    #expect(plan.problem == nil)
    let data = try JSONEncoder().encode(plan)
    #expect(try JSONDecoder().decode(Plan.self, from: data) == plan)
  }

  @Test(arguments: [
    ("client_hosts: [{launch: ssh h2}]", "", "'client_hosts' needs 'server_host'"),
    ("server_host: {launch: ssh h1}", "", "'address' is missing"),
    ("server_host: h1", "", "'server_host' must be keys and values"),
    (
      "server_host: {launch: ssh h1, address: h1}", "",
      "'address' must be an address of IPv4 or IPv6"
    ),
    ("server_host: {launch: ssh h1, address: 0.0.0.0}", "", "0.0.0.0 is whoever asks"),
    ("server_host: {launch: ssh h1, address: '::'}", "transports: tcp6", ":: is whoever asks"),
    ("server_host: {launch: ssh h1, address: '::1'}", "", "::1 is not of 'tcp', but of 'tcp6'"),
    ("server_host: {launch: ssh h1, address: '10.0.0.1:80'}", "", "'address' must be an address"),
    (
      "server_host: {launch: \"ssh 'h1\", address: 10.0.0.1}", "",
      "'launch' must have an end for each"
    ),
    (
      "server_host: {launch: '', address: 10.0.0.1}", "",
      "'launch' must be a command that ends in a host"
    ),
    ("server_host: {launch: -x h1, address: 10.0.0.1}", "", "'launch' must begin with a program"),
    (
      "server_host: {launch: ssh h1, address: 10.0.0.1, program: 'a b'}", "",
      "'program' must be a path"
    ),
    (
      "server_host: {launch: ssh h1, address: 10.0.0.1, name: ../x}", "",
      "'name' must be 1 to 100 letters"
    ),
    (
      "server_host: {launch: ssh h1, address: 10.0.0.1, user: me}", "",
      "there is no key 'user' here"
    ),
    (server + "\nclient_hosts: []", "", "'client_hosts' must be a list with at least one entry"),
    (
      server + "\nclient_hosts: [{launch: ssh h2}, {launch: ssh h2}]", "",
      "two client hosts are called 'h2'"
    ),
    (server, "transports: unix", "'transports' must be without unix where there are hosts"),
    (server, "transports: tcp6", "'transports' must be what 'address' is of"),
    (server, "anatomy: true", "'anatomy' traces a server of this machine"),
    (server, "find_rate: p99<1ms", "'find_rate' has a client look for its rate beside the server"),
    (
      server, "clients: [{name: c, command: 'c {options}'}]",
      "a client that is a command runs on this machine"
    ),
    (
      server + "\nclient_hosts: [{name: a}, {name: b}]", "warmup: 0",
      "'warmup' must be at least 50ms"
    ),
    (
      server + "\nclient_hosts: [{name: a}, {name: b}, {name: c}, {name: d}, {name: e}]", "",
      "'connections' must be at least 5, to be divided"
    ),
    (
      server + "\nclient_hosts: [{name: a}, {name: b}]", "rates: 1",
      "'rates' must be at least 2, to be divided"
    ),
  ])
  func `what cannot be is refused with its reason`(
    keys: String, more: String, words: String
  ) throws {
    let error = try #require(throws: SuiteFileError.self) { try Self.read(keys, more) }
    #expect(error.reason.contains(words), "\(error)")
    #expect(error.line != nil)
  }

  /// What the command line adds is refused where the file could not be.
  @Test func `a plan with hosts is held against the same rules`() throws {
    var file = try Self.read(Self.server + "\nclient_hosts: [{name: a}, {name: b}]")
    file.warmup = .milliseconds(10)
    #expect(Plan(file, seed: 1).problem?.contains("'warmup' must be at least 50ms") == true)
    #expect(file.hostProblem?.contains("'warmup' must be at least 50ms") == true)
  }
}
