public import EchoIO
internal import Foundation

/// The work of `echobench agent`: what a suite on another machine asks for in lines, until they end. Whatever
/// it has started ends then, too.
public struct AgentSession {
  private let program: Program
  private let stop: StopSignal
  private let input: InputLines
  private let write: (String) throws -> Void

  /// A request that is none, or came at the wrong time.
  public struct Misunderstanding: Error, CustomStringConvertible {
    public let description: String
  }

  /// A server's command line may be a suite file's longest.
  private static let longestRequest = 2 << 20

  /// - Parameters:
  ///   - program: serves and drives; this very program.
  ///   - stop: is fired by the end of standard input, and may be by others.
  ///   - write: takes lines for standard output.
  /// - Throws: `SystemError`.
  public init(
    program: Program, until stop: StopSignal, writing write: @escaping (String) throws -> Void
  )
    throws(SystemError)
  {
    (self.program, self.stop, self.write) = (program, stop, write)
    input = try InputLines(ofAtMost: Self.longestRequest, firing: stop)
  }

  /// Says who it is, and does what it is asked.
  /// - Throws: `Misunderstanding`; what writing throws.
  public func run(_ hello: AgentHello) throws {
    try say(hello)
    do {
      while true {
        switch try request(beside: []) {
        case .serve(let server, let transport, let host, let longestStart):
          try serve(
            ServerProcess(
              server: server, transport: transport, program: program,
              longestStart: TimeSpan(nanoseconds: longestStart), stop: stop, host: host))
        case .drive(let arguments): try drive(arguments)
        case .clock(let number): try tellTime(number)
        case .stop: try tell(.stopped(server: nil))
        case .observe, .go: throw Misunderstanding(description: "nothing runs that this is about")
        case nil: continue
        }
      }
    } catch is CancellationError {
      return
    }
  }

  // MARK: - A server

  private func serve(_ process: ServerProcess) throws {
    do {
      let (_, stopped) = try process.whileServing { running, address in
        try attend(running, at: address, called: process.server.name)
      }
      try tell(.stopped(server: stopped))
    } catch let failure as ProcessFailure {
      try tell(.failed(reason: failure.reason, isUnavailable: failure.isUnavailable))
    } catch let error as SystemError {
      try tell(.failed(reason: "\(error)", isUnavailable: false))
    }
  }

  /// While it serves, until it is to be stopped.
  private func attend(
    _ server: any RunningServer, at address: Address, called name: String
  ) throws {
    guard case .local(let process) = server.observer else { return }
    let memory = ServerWindow.memory(of: process)
    var (window, hasTold) = (nil as ServerWindow?, false)
    try tell(.listening(address: "\(address)"))
    while true {
      let request = try request(beside: [server.child], until: window?.due) {
        server.end != nil && !hasTold || server.child.hasSaidTooMuch
      }
      try server.check(called: name)
      if let usage = window?.proceed() {
        try tell(.observed(usage: usage))
        window = nil
      }
      if let end = server.end, !hasTold {
        try tell(.ended(status: end.asStatus, signal: end.asSignal, errors: server.errors))
        hasTold = true
      }
      switch request {
      case .observe(let start, let end):
        window = ServerWindow(
          of: process, at: address, from: start, to: end, memoryBefore: memory)
      case .clock(let number): try tellTime(number)
      case .stop: return
      case .serve, .drive, .go: throw Misunderstanding(description: "a server runs already")
      case nil: break
      }
    }
  }

  // MARK: - A client

  private func drive(_ arguments: [String]) throws {
    let client: ChildProcess
    do throws(SystemError) {
      client = try ChildProcess(
        program, ["echobench", "client"] + arguments, input: .channel, mostOutput: Self.mostOutput)
    } catch {
      return try tell(.failed(reason: "\(error)", isUnavailable: false))
    }
    defer { client.kill() }
    var isReady = false
    while true {
      let request = try request(beside: [client]) {
        client.end != nil || client.hasSaidTooMuch
          || !isReady && client.errors.contains(Self.readiness)
      }
      if !isReady, client.errors.contains(Self.readiness) {
        isReady = true
        try tell(.ready)
      }
      guard !client.hasSaidTooMuch else {
        return try tell(
          .failed(
            reason: "the client wrote more than \(ByteCount(Self.mostOutput))", isUnavailable: false
          ))
      }
      if let end = client.end {
        return try tell(
          .reported(
            status: end.asStatus, signal: end.asSignal, output: client.output,
            errors: String(client.errors.suffix(Self.mostErrors))))
      }
      switch request {
      case .go(let moment): client.say("\(inSeconds(moment))\n")
      case .clock(let number): try tellTime(number)
      case .stop:
        client.kill()
        return try tell(.stopped(server: nil))
      case .serve, .drive, .observe:
        throw Misunderstanding(description: "a client runs already")
      case nil: break
      }
    }
  }

  /// As a client says it with `--start-at stdin`.
  private static let readiness = "echobench: ready"
  /// With what stands around it, it is to fit a line.
  private static let mostOutput = 4 << 20
  private static let mostErrors = 4096

  private func inSeconds(_ moment: UInt64) -> String {
    let nanoseconds = String(moment % 1_000_000_000)
    return "\(moment / 1_000_000_000)."
      + String(repeating: "0", count: 9 - nanoseconds.count) + nanoseconds
  }

  // MARK: - Lines

  /// Waits for the next request, or until the moment, or until something else has happened.
  /// - Returns: nil where none came.
  /// - Throws: `CancellationError` at the end of the input; `Misunderstanding`.
  private func request(
    beside children: [ChildProcess], until moment: UInt64? = nil,
    orWhen hasHappened: () -> Bool = { false }
  ) throws -> AgentRequest? {
    let patience = moment.map { $0 - min($0, unixNow()) } ?? Self.longestWait
    var line: String?
    _ = wait(
      beside: children, atMost: TimeSpan(nanoseconds: max(1, patience)), unless: stop,
      reading: input
    ) {
      line = input.next()
      return line != nil || input.isTooLong || hasHappened()
    }
    guard !stop.isFired else { throw CancellationError() }
    guard !input.isTooLong else {
      throw Misunderstanding(
        description: "a request has more than \(ByteCount(Self.longestRequest))")
    }
    guard let line else { return nil }
    do throws(FileProblem) {
      return try JSONDocument.decode(AgentRequest.self, from: Data(line.utf8))
    } catch {
      throw Misunderstanding(description: "not a request: \(legible(error.reason))")
    }
  }

  private static let longestWait: UInt64 = 3_600_000_000_000

  private func tellTime(_ number: Int) throws {
    try tell(.clock(number: number, unix: unixNow()))
  }

  private func tell(_ event: AgentEvent) throws { try say(event) }

  private func say(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
  }
}
