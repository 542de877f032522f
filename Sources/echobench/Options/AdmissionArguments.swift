internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

/// What a server that others can reach allows them.
struct AdmissionArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Most connections at once. Another is closed as soon as it comes, so that its peer knows and does not \
      wait for a reply. (default: any number)
      """, valueName: "number"))
  var maxConnections: Given<Count>?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Close a connection from which no byte has come for so long, whatever is still to be written to it. TCP \
      only. (default: never)
      """, valueName: "duration"))
  var idleTimeout: Given<TimeSpan>?

  /// - Throws: `ValidationError`; also for silence on a unix socket, which the kernel does not time.
  func check(for address: Address) throws {
    if let count = try maxConnections?.check("--max-connections").value,
      let rule = SuiteLimits.serverConnections.problem(count)
    {
      throw ValidationError("'--max-connections' \(rule), got \(count).")
    }
    guard let idleTimeout else { return }
    if let rule = SuiteLimits.idleTimeout.problem(try idleTimeout.check("--idle-timeout")) {
      throw ValidationError("'--idle-timeout' \(rule), got \(idleTimeout).")
    }
    if address.transport == .unix {
      throw ValidationError(
        "'--idle-timeout' must be left out with a unix socket, of which the kernel does not tell when a byte"
          + " last came, got \(idleTimeout).")
    }
  }

  /// Once `check` has passed; nil where there is no limit.
  var admission: Admission? {
    get throws {
      Admission(
        mostConnections: try maxConnections?.value.value, idleTimeout: try idleTimeout?.value)
    }
  }
}

extension Admission {
  /// The limits in words, for the line that says that a server is ready.
  var text: String {
    [
      most.map { "at most \(plural($0, "connection"))" },
      idleTimeout.map { "each silent for at most \($0)" },
    ].compactMap { $0 }.joined(separator: ", ")
  }
}
