internal import EchoIO
internal import Glibc

/// Somebody's command, which a supervisor runs: this program, in a process between the two.
final class RunningCommand: RunningServer {
  let child: ChildProcess
  let address: Address?
  private let name: String
  private let command: [String]
  private var observed: Int32?
  /// Everybody below the supervisor when the command was ready.
  private var family: ProcessFamily?
  /// How often not to ask the kernel again who holds the socket: that reads files of every process.
  private var asksLeftOut = 0
  /// Who listens where the command should.
  private(set) var stranger: String?

  /// - Parameter command: the path of a program and its arguments, told to listen at `address`: a
  ///   shell, as a rule.
  init(
    _ command: [String], name: String, at address: Address, _ program: Program
  ) throws(SystemError) {
    self.command = command
    self.name = name
    self.address = address
    child = try .supervising(command, program)
  }

  var end: ProcessEnd? { child.commandEnd }
  var hasLostSupervisor: Bool { child.hasLostSupervisor }

  var observer: Observer { .local(process: observed ?? child.id) }

  /// Nothing tells when somebody listens. To ask takes a tenth of a millisecond.
  let readinessInterval: TimeSpan? = .milliseconds(2)

  /// Somebody listens at its address, and as far as can be seen that is a process of its own.
  func isReady() throws -> Bool {
    guard let address, let process = child.commandProcess, end == nil else { return false }
    let sockets = Listeners.inodes(at: address)
    guard !sockets.isEmpty else { return false }
    guard asksLeftOut == 0 else {
      asksLeftOut -= 1
      return false
    }
    let family = ProcessFamily(of: child.id)
    switch family.part(of: process).holder(of: sockets) {
    case .other(let holder, _) where family.contains(holder):
      throw background
    case .other(let holder, let name):
      // Or one of its own that has been started since.
      stranger = "process \(holder) (\(legible(name)))"
      asksLeftOut = 20
      return false
    case .member, .unknown:
      self.family = family
      observed = family.commandProcess(of: process, running: command)
      return true
    }
  }

  private var background: ProcessFailure {
    ProcessFailure(
      reason: "'\(name)' listens in a process that is no longer below its command;"
        + " its command has to stay in the foreground")
  }

  func stop() {
    if !child.stopCommand() { family?.kill() }
  }
}
