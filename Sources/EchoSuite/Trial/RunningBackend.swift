internal import EchoIO
internal import Foundation
internal import Glibc

/// A backend: this program, which ends when its standard input does.
final class RunningBackend: RunningServer {
  let child: ChildProcess
  private(set) var address: Address?

  /// - Parameter arguments: of the command line, `server` first.
  init(_ arguments: [String], _ program: Program) throws(SystemError) {
    child = try ChildProcess(program, ["echobench"] + arguments, input: .channel)
  }

  var end: ProcessEnd? { child.end }
  var observer: Observer { .local(process: child.id) }
  let readinessInterval: TimeSpan? = nil

  /// It says so, and where it listens.
  func isReady() -> Bool {
    guard address == nil else { return true }
    let output = child.output
    guard let end = output.firstIndex(of: "\n"),
      let said = try? JSONDocument.decode(ServerListening.self, from: Data(output[..<end].utf8))
    else { return false }
    address = try? Address(parsing: said.address)
    return address != nil
  }

  func stop() {
    child.signal(SIGTERM)
    _ = wait(beside: [child], atMost: .seconds(2)) { child.end != nil }
    child.kill()
  }

  /// The counters that it printed last.
  var stopped: ServerStopped? {
    child.output.split(separator: "\n").last.flatMap {
      try? JSONDocument.decode(ServerStopped.self, from: Data($0.utf8))
    }
  }
}
