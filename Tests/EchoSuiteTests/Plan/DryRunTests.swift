import EchoIO
import Testing

@testable import EchoSuite

struct DryRunTests {
  private static let file = """
    name: dry
    duration: 1s
    warmup: 200ms
    buffers: [4k, 64k]
    threads: 2
    servers:
      - backend: epoll
        nodelay: off
      - name: mine
        command: ./serve {host} {port} --json '{{port}}' -b {buffer_size}
      - name: told
        command: ./serve {address}
    """

  @Test func `every row is there, numbered, in the order of the plan`() throws {
    let (dryRun, text) = try dryRun(Self.file)
    #expect(dryRun.plan.scenarios.count == 6)
    for (index, scenario) in dryRun.plan.scenarios.enumerated() {
      let row = text.split(separator: "\n").first { $0.contains(" \(scenario.name) ") }
      #expect(row?.hasPrefix("| \(index + 1) |") == true, "\(scenario.name)")
    }
  }

  @Test func `the order is that of the first round`() throws {
    let (dryRun, text) = try dryRun(Self.file)
    let first = dryRun.plan.trials.prefix(dryRun.plan.scenarios.count)
    #expect(first.allSatisfy { $0.round == 1 })
    let order = first.map { "\($0.scenario + 1)" }.joined(separator: ", ")
    #expect(text.contains("which `--seed 7` gives again: \(order).\n"))
  }

  @Test func `servers have the command lines that trials give them`() throws {
    let (_, text) = try dryRun(Self.file)
    for line in [
      "echobench server --backend epoll --address 127.0.0.1:0 --format json --buffer-size 4096"
        + " --threads 2 --nodelay off --until-eof",
      "./serve 127.0.0.1 PORT --json '{port}' -b 65536", "./serve 127.0.0.1:PORT",
    ] {
      #expect(text.contains("| \(line) "), "\(line)")
    }
  }

  @Test func `a unix socket has a file, and IPv6 has brackets`() throws {
    let (_, text) = try dryRun(
      """
      name: dry
      transports: [unix, tcp6]
      servers:
        - name: told
          command: ./serve {address} '{host}'
      """)
    #expect(text.contains("./serve unix:FOLDER/echo ''"))
    #expect(text.contains("./serve [::1]:PORT '::1'"))
  }

  @Test func `no command is left out, or cut off`() throws {
    let long = String(repeating: "x", count: 400)
    let (_, text) = try dryRun(
      """
      name: dry
      servers: [{name: a, command: "serve {port} \(long) end-of-server"}]
      clients: [{name: c, command: "drive {port} {connections} {size} {duration} \(long) end-of-client"}]
      """)
    #expect(text.contains(" end-of-server |") && text.contains(" end-of-client |"))
    let (_, remote) = try dryRun(
      """
      name: dry
      server_host: {launch: "ssh h1 \(long) end-of-host", name: s, address: 10.77.0.11}
      client_hosts: [{launch: "ssh h2 \(long)", name: c, program: /opt/end-of-program}]
      servers: [{backend: epoll}]
      """)
    #expect(remote.contains(" end-of-host ") && remote.contains(" /opt/end-of-program "))
  }

  @Test func `words of a file do not steer the terminal`() throws {
    let (_, text) = try dryRun(
      "name: dry\nservers: [{name: a, command: \"serve {port} \\e[2J|\\x07\"}]\n")
    #expect(!text.contains("\u{1b}") && !text.contains("\u{7}"))
  }

  /// 6 rows in 8 rounds of 1.2 s, half of them with 45 and half with 200 ms beside that.
  @Test func `fixed rounds take what they take, and repeats`() throws {
    let (_, text) = try dryRun(Self.file)
    #expect(text.contains("6 rows in 8 rounds: 48 trials, each with a window of 1s after 200ms"))
    #expect(text.contains("1m13s of measuring"))
    #expect(text.contains("takes up to 5s more in each of its trials"))
  }

  @Test func `a budget is the most, but for the fewest rounds`() throws {
    let within = try dryRun(Self.file + "\nprecision: 5%\nbudget: 3m\n").text
    #expect(
      within.contains("8 to 60 rounds, until each is known to within 5.0 %: 48 to 360 trials"))
    #expect(within.contains("3m0s of measuring"))
    let beyond = try dryRun(Self.file + "\nprecision: 5%\nbudget: 1s\n").text
    #expect(beyond.contains("1m13s of measuring"))
  }

  @Test func `parts of a rate stand as such, with the pilot that finds them`() throws {
    let (_, text) = try dryRun(
      "name: dry\nrates: [20%, 2.5%]\nengines: event\nservers: [{backend: epoll}]\n")
    #expect(text.contains("20 % of what the slowest server reaches"))
    #expect(text.contains("2.5 % of what the slowest server reaches"))
    #expect(!text.contains("200,000/s"))
    #expect(text.contains("for a pilot"))
  }

  @Test func `a search has a time that is no limit`() throws {
    let (_, text) = try dryRun(
      "name: dry\nrounds: 8\nfind_rate: [none, 'p99<1ms']\nengines: event\nservers: [{backend: epoll}]\n"
    )
    #expect(text.contains("some 12 to find a rate"))
    #expect(text.contains("\nAbout ") && !text.contains("At most"))
    #expect(text.contains("A search takes more where rates are low, or hard to find."))
    let (_, given) = try dryRun(Self.file)
    #expect(given.contains("\nAt most about ") && !given.contains("search"))
  }

  @Test(arguments: Preset.all.map(\.name))
  func `a preset shows itself`(name: String) throws {
    let file = try #require(Preset.named(name)).suiteFile()
    let dryRun = DryRun(of: file, seed: 1)
    #expect(dryRun.text(into: "a").contains("# \(name): what would run"))
  }

  private func dryRun(_ text: String) throws -> (DryRun, text: String) {
    let dryRun = DryRun(of: try SuiteFileReader.read(text, file: "dry.yaml"), seed: 7)
    return (dryRun, dryRun.text(into: "results/local/dry"))
  }
}
