import Testing

/// What programs show a person who looks on, and what they write into a pipe.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(2)))
struct TerminalTests {
  @Test(arguments: [true, false])
  func `a suite ends with what was found on a terminal, with its report in a pipe`(
    isTerminal: Bool
  ) async throws {
    let terminal = try PseudoTerminal()
    try await TemporaryFolder.with { folder in
      try folder.write(
        """
        {name: seen, rounds: 1, duration: 50ms, warmup: 10ms, twin: false, sizes: [1000],
        servers: [{backend: threads}, {backend: epoll}]}
        """, to: "seen.yaml")
      let ending = try await RunningProgram.run(
        ["suite", "--config", "seen.yaml", "--output", "out"], in: folder.path,
        after: "export TERM=xterm LC_ALL=C NO_COLOR=1"
          + (isTerminal ? "; exec >\(terminal.name)" : ""))
      #expect(ending.status == 0, "\(ending.errors)")
      let shown = terminal.read()
      guard isTerminal else {
        #expect(shown == "" && ending.output.hasPrefix("# seen\n"))
        return
      }
      #expect(shown.hasPrefix("seen: 2 servers, 1 round"), "\(shown)")
      #expect(shown.contains("x threads") && shown.contains("###"))
      #expect(shown.contains("Look at it: file:///") && !shown.contains("\u{1b}"))
      #expect(shown.allSatisfy { $0.isASCII })
    }
  }

  @Test(arguments: [true, false])
  func `a client draws its latencies on a terminal`(isTerminal: Bool) async throws {
    let terminal = try PseudoTerminal()
    try await withServer { address in
      let ending = try await RunningProgram.run(
        ["client", "--address", address, "--duration", "100ms", "--warmup", "10ms"],
        after: "export TERM=xterm LC_ALL=C.UTF-8" + (isTerminal ? "; exec >\(terminal.name)" : ""))
      #expect(ending.status == 0)
      let text = isTerminal ? terminal.read() : ending.output
      #expect(text.contains("throughput"))
      #expect(text.contains("█") == isTerminal)
    }
  }
}
