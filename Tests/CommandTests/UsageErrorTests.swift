import ArgumentParser
import EchoIO
import Testing

@testable import echobench

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
