internal import EchoIO
internal import Glibc
internal import Subprocess

/// A server ended before it was asked to: when.
enum EarlyEnd: String, Error {
  case beforeListening = "before it listened"
  case whileMeasured = "while it was measured"

  /// What to say of it: a `ProcessFailure`, or `PortTaken` when it is worth another port.
  func error(
    of server: String, on address: Address, _ status: TerminationStatus, _ errorText: String
  ) -> any Error {
    let failure = failure(of: server, status, errorText)
    // Content with itself, it has left a process of its own there.
    return status != .exited(0) && isTaken(address) ? PortTaken(failure: failure) : failure
  }

  private func failure(
    of server: String, _ status: TerminationStatus, _ errorText: String
  ) -> ProcessFailure {
    let said = complaint(in: errorText).map { ": \($0)" } ?? ""
    switch (self, status) {
    // EX_UNAVAILABLE of sysexits.h, and what a shell says of a command that is not there.
    case (.beforeListening, .exited(69)), (.beforeListening, .exited(127)):
      return ProcessFailure(
        reason: said.isEmpty ? "'\(server)' is not there" : String(said.dropFirst(2)),
        isUnavailable: true)
    case (.whileMeasured, .exited(0)):
      return ProcessFailure(
        reason: "'\(server)' ended \(rawValue)\(said); its command has to stay in the foreground")
    case (_, .exited(let code)):
      return ProcessFailure(
        reason: "'\(server)' exited with status \(code) \(rawValue)\(said)")
    case (_, .signaled(let signal)):
      return ProcessFailure(
        reason: "'\(server)' was ended by signal \(signal) \(rawValue)\(said)")
    }
  }

  /// Whether somebody listens there.
  private func isTaken(_ address: Address) -> Bool {
    do {
      _ = try Socket.listening(on: address)
      return false
    } catch {
      return error.errno == EADDRINUSE
    }
  }
}

/// The line of what a process said that tells best why it ended: the last, unless a usage follows
/// its error, as with this very program. Nil when it said nothing.
func complaint(in errorText: String) -> Substring? {
  let lines = errorText.split(separator: "\n")
  return lines.first { $0.hasPrefix("Error: ") } ?? lines.last
}

/// A server ended, and somebody else listens where it should have.
struct PortTaken: Error {
  let failure: ProcessFailure
}
