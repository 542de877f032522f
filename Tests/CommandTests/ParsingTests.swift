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
