public import EchoIO

extension Server {
  /// Why a name cannot be a server's, in words that follow it; nil when it can. It stands in tables,
  /// and on a terminal while the suite runs.
  static func problem(ofName name: String) -> String? {
    if name.isEmpty { return "must not be empty" }
    return name.hasControlCharacters ? "must not have control characters" : nil
  }

  /// Why a command cannot be used; nil when it can.
  static func problem(ofCommand command: String) -> String? {
    if let problem = CommandTemplate.problem(ofLength: command) { return problem }
    let template = CommandTemplate(command)
    let known = Placeholder.allCases.map(\.rawValue)
    if let problem = template.problem(knowing: known) { return problem }
    guard Placeholder.locating.contains(where: { template.places.contains($0.rawValue) }) else {
      return "the command must have {address} or {port} in it: it is told where to listen there"
    }
    return nil
  }
}

extension Server {
  /// Why it cannot listen on a transport, in a sentence; nil when nothing speaks against it.
  func problem(over transport: Transport) -> String? {
    guard case .command(let command) = kind, transport == .unix,
      !Self.has(.address, in: command)
    else { return nil }
    return "'\(name)' cannot listen on a unix socket: its command has no {address}, and such a"
      + " socket has no port"
  }
}

extension Sweep {
  /// Why the sockets of a server do not fit the loads that there are, and the key of a suite file that
  /// is to blame; nil when they do.
  func problem(of entry: Entry) -> (key: String, reason: String)? {
    guard let problem = entry.sockets?.unixProblem,
      loads.contains(where: { $0.transport == .unix })
    else { return nil }
    let key = problem.option.replacing("-", with: "_")
    return (key, "'\(key)' \(problem.rule), and this suite has some, got '\(problem.given)'")
  }
}

extension Sweep.Entry {
  /// A command as the command line takes it: `NAME=COMMAND`.
  public init(nameAndCommand text: String) throws(UnitError) {
    guard let separator = text.firstIndex(of: "="), separator != text.startIndex else {
      throw UnitError("must be a name, '=' and a command")
    }
    let name = String(text[..<separator])
    if let problem = Server.problem(ofName: name) { throw UnitError("has a name that \(problem)") }
    let command = String(text[text.index(after: separator)...])
    if let problem = Server.problem(ofCommand: command) {
      throw UnitError("is not usable: \(problem)")
    }
    self.init(name: name, kind: .command(line: command))
  }
}

extension Scenario {
  /// A command as the command line takes it, `NAME=COMMAND`, under a load.
  /// - Throws: `UnitError` in words that follow it; also where it takes a buffer size, which nobody
  ///   gives it here.
  public init(nameAndCommand text: String, load: Load) throws(UnitError) {
    let entry = try Sweep.Entry(nameAndCommand: text)
    if case .command(let command) = entry.kind, Server.has(.bufferSize, in: command) {
      throw UnitError("must have its buffer size in it, instead of {buffer_size}")
    }
    self.init(server: Server(name: entry.name, kind: entry.kind), load: load)
  }
}
