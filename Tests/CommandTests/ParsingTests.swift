import ArgumentParser
import EchoIO
import Testing

@testable import echobench

struct ParsingTests {
  @Test(arguments: [
    (["server"], "ServerCommand"),
    (["server", "--backend", "threads"], "ServerCommand"),
    (
      [
        "server", "--backend", "dispatch", "--address", "[::1]:0", "--buffer-size", "4k",
        "--threads", "2", "--cpus", "0,2-3", "--nodelay", "off", "--send-buffer", "64k",
        "--receive-buffer", "1M", "--max-connections", "1k", "--idle-timeout", "30s", "--until-eof",
        "--format", "json",
      ], "ServerCommand"
    ),
    (["client"], "ClientCommand"),
    (
      [
        "client", "--address", "unix:/tmp/echo", "--workers", "2", "--connections", "8", "--size",
        "64k", "--duration", "500ms", "--warmup", "0", "--timeout", "1s", "--engine", "event",
        "--verify", "length", "--seed", "7", "--cpus", "1", "--observe", "1", "--format", "csv",
        "--send-buffer", "64k", "--receive-buffer", "auto", "--nodelay", "on",
        "--output", "a.csv", "--hdr", "a.hgrm", "--hlog", "a.hlog",
        "--interval", "100ms", "--quiet", "--rate", "50k", "--arrival", "poisson", "--spin",
        "--pipeline", "8", "--block", "2", "--reconnect", "every=4",
      ], "ClientCommand"
    ),
    (["client", "--messages", "200k"], "ClientCommand"),
    (["client", "[::1]:25000", "--quiet"], "ClientCommand"),
    (
      [
        "client", "--start-at", "2199-11-29T17:00:00Z", "--cooldown", "500ms", "--id", "h1",
        "--shard", "1/3", "--output", "{id}.json",
      ], "ClientCommand"
    ),
    (
      ["client", "--find-rate", "p99<1ms", "--arrival", "poisson", "--spin", "--workers", "1"],
      "ClientCommand"
    ),
    (["suite", "--preset", "quick"], "SuiteCommand"),
    (
      [
        "suite", "--config", "a.yaml", "--server", "a=serve {port}", "--server",
        "b=serve {address}",
        "--rounds", "9", "--duration", "100ms", "--warmup", "0", "--seed", "1", "--output", "out",
        "--overwrite",
      ], "SuiteCommand"
    ),
    (["suite", "--resume", "--output", "out"], "SuiteCommand"),
    (["suite", "--preset", "quick", "--no-anatomy"], "SuiteCommand"),
    (["suite", "--server", "a=serve {port}", "--anatomy"], "SuiteCommand"),
    (["suite", "--show-preset", "seed"], "SuiteCommand"),
    (["suite", "--preset", "quick", "--dry-run", "--overwrite"], "SuiteCommand"),
    (["report", "results/quick"], "ReportCommand"),
    (["report", "results/quick", "--format", "json", "--output", "a"], "ReportCommand"),
    (["report", "results/quick", "--format", "json", "--check", "a"], "ReportCommand"),
    (["report", "results/quick", "--update", "--check", "a"], "ReportCommand"),
    (
      ["report", "results/quick", "--check", "README.md", "--insert", "README.md"], "ReportCommand"
    ),
    (["compare", "results/before", "results/after"], "CompareCommand"),
    (
      [
        "compare", "results/before", "results/after", "--threshold", "2.5%", "--format", "csv",
        "--output", "a.csv", "--allow-other-machine", "--allow-other-build",
      ], "CompareCommand"
    ),
    (["duet", "a=serve {port}", "b=serve {port}"], "DuetCommand"),
    (
      [
        "duet", "a=serve {port}", "b=serve {port}", "--engine", "event", "--workers", "1",
        "--connections", "5", "--threshold", "1%", "--precision", "0.5%", "--budget", "5m",
        "--duration", "300ms", "--warmup", "0", "--seed", "1",
      ], "DuetCommand"
    ),
    (["anatomy", "--backend", "threads"], "AnatomyCommand"),
    (
      [
        "anatomy", "--server", "serve {port}", "--connections", "50", "--engine", "event",
        "--workers", "1", "--duration", "1s", "--no-instructions", "--format", "markdown",
        "--output", "a.md",
      ], "AnatomyCommand"
    ),
    (["calibrate"], "CalibrateCommand"),
    (["calibrate", "--format", "json"], "CalibrateCommand"),
    (["backends"], "BackendsCommand"),
    (["doctor"], "DoctorCommand"),
    (["doctor", "--format", "json"], "DoctorCommand"),
    (["supervise", "/bin/sh", "-c", "serve --port 1"], "SuperviseCommand"),
    (["trace", "/tmp/table", "/bin/sh", "-c", "serve --port 1"], "TraceCommand"),
    (["agent"], "AgentCommand"),
    (["client", "--start-at", "stdin", "--until-eof"], "ClientCommand"),
  ])
  func `every subcommand parses`(arguments: [String], command: String) throws {
    let parsed = try Echobench.parseAsRoot(arguments)
    #expect("\(type(of: parsed))" == command)
  }

  @Test(arguments: [
    (
      "server",
      [
        "--backend", "--address", "--buffer-size", "--threads", "--cpus", "--until-eof", "--format",
        "--nodelay", "--send-buffer", "--receive-buffer",
      ]
    ),
    (
      "client",
      [
        "<address>", "--address", "-w, --workers", "-c, --connections", "-s, --size", "--messages",
        "-d, --duration", "-r, --rate",
        "--warmup", "--timeout", "--engine", "--verify", "--seed", "--cpus", "--observe",
        "--format", "--output", "--idle-connections", "--nodelay", "--send-buffer",
        "--receive-buffer", "--hdr", "--hlog", "--interval", "--quiet", "--arrival",
        "--spin", "--pipeline", "--block", "--reconnect", "--find-rate", "--until-eof",
      ]
    ),
    (
      "suite",
      [
        "--preset", "--config", "--show-preset", "--server", "--rounds", "-d, --duration",
        "--warmup",
        "--seed", "--output", "--resume", "--overwrite", "--dry-run",
      ]
    ),
    ("report", ["<directory>", "--format", "--output", "--update", "--check", "--insert"]),
    (
      "compare",
      [
        "<base>", "<new>", "--threshold", "--format", "--output", "--allow-other-machine",
        "--allow-other-build",
      ]
    ),
    (
      "duet",
      [
        "<name=command>", "-s, --size", "--engine", "--threshold", "--precision", "--budget",
        "-d, --duration", "--warmup", "--seed",
      ]
    ),
    (
      "anatomy",
      [
        "--backend", "--server", "-s, --size", "-c, --connections", "--engine", "--buffer-size",
        "--threads", "-d, --duration", "--format", "--output",
      ]
    ),
    ("calibrate", ["--format"]),
    ("backends", ["--format"]),
    ("doctor", ["--format"]),
  ])
  func `the help of a subcommand has its options`(command: String, options: [String]) throws {
    let help = try help([command, "--help"])
    #expect(help.contains("USAGE: echobench \(command)"))
    // A comma follows one that has another name, too.
    for option in options {
      #expect(help.contains("  \(option) ") || help.contains("  \(option), "), "\(option)")
    }
  }

  @Test func `the help of the server has every backend`() throws {
    let help = try help(["server", "--help"])
    for backend in Backends.all { #expect(help.contains(backend.name)) }
  }

  @Test func `the help of the program has every subcommand`() throws {
    let help = try help(["--help"])
    let commands = [
      "server", "client", "suite", "report", "compare", "duet", "anatomy", "calibrate",
      "backends", "doctor",
    ]
    for command in commands {
      #expect(help.contains("  \(command) "))
    }
  }

  @Test func `a suite goes where no committed results are`() throws {
    let suite = try #require(
      try Echobench.parseAsRoot(["suite", "--preset", "quick"]) as? SuiteCommand)
    let file = try suite.choice.suiteFile()
    #expect(suite.destination.directory(of: file) == "results/local/quick")
    let other = try #require(
      try Echobench.parseAsRoot(["suite", "--server", "a=serve {port}"]) as? SuiteCommand)
    #expect(
      other.destination.directory(of: try other.choice.suiteFile()) == "results/local/servers")
    let chosen = try #require(
      try Echobench.parseAsRoot(["suite", "--preset", "quick", "--output", "a"]) as? SuiteCommand)
    #expect(chosen.destination.directory(of: file) == "a")
  }

  /// What is printed instead of running.
  private func help(_ arguments: [String]) throws -> String {
    let error = try #require(throws: (any Error).self) {
      var command = try Echobench.parseAsRoot(arguments)
      try command.run()
    }
    #expect(Echobench.exitCode(for: error) == .success)
    return Echobench.fullMessage(for: error)
  }
}

struct UsageErrorTests {
  @Test(arguments: [
    (["client", "--connections", "0"], "'--connections' must be at least 1, got 0."),
    (["client", "--workers=-1"], "'--workers' must be at least 1, got -1."),
    (["client", "--workers", "-1"], "'--workers' must be at least 1, got -1."),
    (["client", "--workers", "5000"], "'--workers' must be at most 4096, got 5000."),
    (["client", "--connections", "70k"], "'--connections' must be at most 60000, got 70000."),
    (
      ["client", "--connections", "4"],
      "'--connections' must be at least the 5 workers, got 4. Give '--workers 4', too."
    ),
    (
      ["client", "--engine", "blocking", "--connections", "9"],
      "'--engine' must be event, or there must be 9 workers: the blocking engine drives one"
        + " connection per worker, got blocking."
    ),
    (
      ["client", "--size", "64kB"],
      "'--size' must not be in kB, which is a power of 1000 to some and of 1024 to others: write k"
        + " or kiB for the power of 1024, got 64kB."
    ),
    (
      ["client", "--size", "0"],
      "'--size' must be a whole number of bytes, at least 1, such as 1000 or 64k, got 0."
    ),
    (["client", "--duration", "0"], "'--duration' must be at least 1ms, got 0."),
    (["client", "--interval", "9ms"], "'--interval' must be at least 10ms, got 9ms."),
    (["client", "--interval", "-1s"], "'--interval' must not be negative, got -1s."),
    (
      ["client", "--hdr", "a", "--hlog", "a"],
      "'--hdr', '--hlog' and '--output' must be different files, got a twice."
    ),
    (
      ["client", "--output", "b", "--hlog", "b"],
      "'--hdr', '--hlog' and '--output' must be different files, got b twice."
    ),
    (
      ["client", "--duration", "soon"],
      "'--duration' must be a duration such as 500ms, 10s or 2m (bare: seconds), got soon."
    ),
    (["client", "--timeout", "0"], "'--timeout' must be at least 1ms, got 0."),
    (
      ["client", "--messages", "1", "--duration", "1s"],
      "'--messages' and '--duration' both end the window: give one of them."
    ),
    (
      ["client", "--address", "nowhere"],
      "'--address' must be host:port, [v6]:port or unix:/path, with a port of 0 to 65535, got"
        + " nowhere."
    ),
    (
      ["client", "nowhere"],
      "'<address>' must be host:port, [v6]:port or unix:/path, with a port of 0 to 65535, got"
        + " nowhere."
    ),
    (
      ["client", "127.0.0.1:1", "--address", "127.0.0.1:2"],
      "'--address' and the address before it both say where the server listens: give one of them,"
        + " got 127.0.0.1:1 and 127.0.0.1:2."
    ),
    (
      ["client", "--reconnect", "127.0.0.1:1"],
      "'--reconnect' takes what follows it: give the address before it, got 127.0.0.1:1."
    ),
    (["client", "-c0"], "'--connections' must be at least 1, got 0."),
    (["client", "-w", "-1"], "'--workers' must be at least 1, got -1."),
    (["client", "-d", "0"], "'--duration' must be at least 1ms, got 0."),
    (["client", "--observe", "0"], "'--observe' must be the id of a running process, got 0."),
    // The largest id there can be, which no machine has reached.
    (
      ["client", "--observe", "4194303"],
      "'--observe' must be the id of a running process, got 4194303."
    ),
    (
      ["client", "--cpus", "3-1"],
      "'--cpus' must be a list of CPUs such as 0, 0,2 or 1-3, each below 1024, got 3-1."
    ),
    (
      ["client", "--find-rate", "fast"],
      "'--find-rate' must be a condition such as p99<1ms, of one of p50, p90, p99, p99.9, mean, max,"
        + " got fast."
    ),
    (
      ["client", "--find-rate", "p99<1ms", "--rate", "10k"],
      "'--find-rate' looks for the rate, and a rate is given: leave one of them out, got p99<1ms."
    ),
    (
      ["client", "--find-rate", "p99<1ms", "--messages", "10k"],
      "'--messages' ends a window after any time, and '--find-rate' compares windows of one length:"
        + " give '--duration'."
    ),
    (
      ["client", "--find-rate", "p99<1ms", "--engine", "blocking"],
      "'--engine' must be event where there is a rate: the blocking engine waits for each reply, got"
        + " blocking."
    ),
    (
      ["client", "--arrival", "poisson"],
      "'--arrival' is for an open loop: give a rate, too, got poisson."
    ),
    (
      ["client", "--find-rate", "p99<1ms", "--interval", "1s"],
      "'--interval' is of one run, and '--find-rate' makes many: run the rate that it finds with --rate."
    ),
    (
      ["anatomy", "--backend", "epoll", "--size", "64,1k"],
      "'--size' must be a single size here, got 64,1k."
    ),
    (
      ["duet", "a=serve {port}", "b=serve {port}", "--budget", "0s"],
      "'--budget' must be more than 0s, got 0s."
    ),
    (
      ["server", "--backend", "threads", "--threads", "5000"],
      "'--threads' must be at most 4096, got 5000."
    ),
    (
      ["server", "--max-connections", "0"], "'--max-connections' must be at least 1, got 0."
    ),
    (
      ["server", "--max-connections", "2M"],
      "'--max-connections' must be at most 1000000, got 2000000."
    ),
    (
      ["server", "--idle-timeout", "0"], "'--idle-timeout' must be at least 100ms, got 0."
    ),
    (
      ["server", "--address", "unix:/tmp/a", "--idle-timeout", "30s"],
      "'--idle-timeout' must be left out with a unix socket, of which the kernel does not tell when a"
        + " byte last came, got 30s."
    ),
    (
      ["server", "--backend", "threads", "--buffer-size", "1.5k"],
      "'--buffer-size' must be a whole number of bytes, at least 1, such as 1000 or 64k, got 1.5k."
    ),
    (
      ["server", "--backend", "threads", "--nodelay", "maybe"],
      "'--nodelay' must be of on, off, got maybe."
    ),
    (
      ["server", "--backend", "threads", "--address", "unix:/tmp/a", "--nodelay", "off"],
      "'--nodelay' must be on with a unix socket, which holds nothing back, got off."
    ),
    (
      ["server", "--backend", "threads", "--send-buffer", "2G"],
      "'--send-buffer' must be at most 1G, got 2G."
    ),
    (
      ["client", "--address", "unix:/tmp/a", "--nodelay", "off"],
      "'--nodelay' must be on with a unix socket, which holds nothing back, got off."
    ),
    (
      ["server", "--backend", "threads", "--address", "unix:/tmp/a", "--receive-buffer", "4k"],
      "'--receive-buffer' must be left to the kernel with a unix socket: what is on its way is in"
        + " the send buffer of the other end (unix(7)), got 4k."
    ),
    (["client", "--receive-buffer", "2G"], "'--receive-buffer' must be at most 1G, got 2G."),
    (["suite", "--preset", "quick", "--rounds", "0"], "'--rounds' must be at least 1, got 0."),
    (
      ["suite", "--preset", "quick", "--duration", "1ms"],
      "'--duration' must be at least 10ms, got 1ms."
    ),
    (
      ["suite", "--preset", "quick", "--config", "a"],
      "'--preset' and '--config' both name a suite: give one of them."
    ),
    (
      ["suite"],
      "No suite to run: give '--preset quick', '--config FILE', '--server NAME=COMMAND', or"
        + " '--resume' with '--output'."
    ),
    (
      ["suite", "--show-preset", "quick", "--rounds", "3"],
      "'--show-preset' prints a suite file and runs nothing: leave the other options out."
    ),
    (
      ["suite", "--show-preset", "quick", "--anatomy"],
      "'--show-preset' prints a suite file and runs nothing: leave the other options out."
    ),
    (
      ["suite", "--show-preset", "quick", "--output", "a"],
      "'--show-preset' prints a suite file and runs nothing: leave the other options out."
    ),
    (
      ["suite", "--preset", "quick", "--dry-run", "--resume"],
      "'--dry-run' shows a suite from its beginning, and '--resume' goes on with one: give one."
    ),
    (
      ["suite", "--show-preset", "quick", "--dry-run"],
      "'--show-preset' prints a suite file and runs nothing: leave the other options out."
    ),
    (
      ["suite", "--resume", "--overwrite"],
      "'--resume' keeps what is there and '--overwrite' replaces it: give one."
    ),
    (
      ["suite", "--preset", "quick", "--rounds", "10001"],
      "'--rounds' must be at most 10000, got 10001."
    ),
    (
      ["suite", "--preset", "quick", "--warmup", "25h"], "'--warmup' must be at most 24h, got 25h."
    ),
    (
      ["suite", "--server", "a\u{1b}[2J=serve {port}"],
      "'--server' has a name that must not have control characters, got a\u{1b}[2J=serve {port}."
    ),
    (
      ["report", "r", "--output", "a", "--check", "b"],
      "'--output' is for a report that is printed, and '--check' prints none: leave one out."
    ),
    (
      ["report", "r", "--output", "a", "--insert", "b"],
      "'--output' is for a report that is printed, and '--insert' prints none: leave one out."
    ),
    (
      ["report", "r", "--output", "a", "--update"],
      "'--output' is for a report that is printed, and '--update' prints none: leave one out."
    ),
    (
      ["report", "r", "--format", "csv", "--update"],
      "'--format' is for a report that is printed, and '--update' prints none: leave one out."
    ),
    (
      ["suite", "--server", "serve"],
      "'--server' must be a name, '=' and a command, got serve."
    ),
  ])
  func `a usage error names the option, the rule and what was given`(
    arguments: [String], message: String
  ) throws {
    let error = try #require(throws: (any Error).self) { try Echobench.parseAsRoot(arguments) }
    let said = Echobench.fullMessage(for: error)
    #expect(said.hasPrefix("Error: \(message)\nUsage: echobench \(arguments[0]) "), "\(said)")
    #expect(Echobench.exitCode(for: error).rawValue == 64)
  }

  @Test(arguments: [
    ["server", "--backend", "epol"], ["client", "--engine", "turbo"], ["client", "-x"],
    ["client", "127.0.0.1:1", "127.0.0.1:2"],
    ["suite", "--preset", "slow"], ["report"], ["serve"],
  ])
  func `what no subcommand understands is a usage error`(arguments: [String]) throws {
    let error = try #require(throws: (any Error).self) { try Echobench.parseAsRoot(arguments) }
    #expect(Echobench.exitCode(for: error).rawValue == 64)
  }

  @Test func `a wrong backend is told which there are`() throws {
    let error = try #require(throws: (any Error).self) {
      try Echobench.parseAsRoot(["server", "--backend", "epol"])
    }
    let message = Echobench.message(for: error)
    for backend in Backends.all { #expect(message.contains(backend.name)) }
  }
}
