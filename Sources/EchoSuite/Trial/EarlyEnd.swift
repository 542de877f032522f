internal import EchoIO
internal import Glibc

/// A server ended before it was asked to: when.
enum EarlyEnd: String, Error {
  case beforeListening = "before it listened"
  case whileMeasured = "while it was measured"

  /// What to say of it: a `ProcessFailure`, or `PortTaken` when it is worth another port.
  /// - Parameter errorText: all that it said on standard error.
  func error(
    of server: String, on address: Address?, _ end: ProcessEnd, _ errorText: String
  ) -> any Error {
    let failure = failure(of: server, end, errorText)
    // Content with itself, it has left a process of its own there.
    let isTaken = end != .exited(0) && address.map(isTaken) == true
    return isTaken ? PortTaken(failure: failure) : failure
  }

  private func failure(
    of server: String, _ end: ProcessEnd, _ errorText: String
  ) -> ProcessFailure {
    let complaint = complaint(in: errorText)
    let said = complaint.map { ": \($0)" } ?? ""
    switch (self, end) {
    // EX_UNAVAILABLE of sysexits.h, and what a shell says of a command that is not there.
    case (.beforeListening, .exited(69)), (.beforeListening, .exited(127)):
      return ProcessFailure(reason: complaint ?? "'\(server)' is not there", isUnavailable: true)
    case (_, .exited(0)):
      return ProcessFailure(
        reason: "'\(server)' ended \(rawValue)\(said); its command has to stay in the foreground")
    default:
      return ProcessFailure(reason: "'\(server)' \(end) \(rawValue)\(said)")
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

/// A server ended, and somebody else listens where it should have.
struct PortTaken: Error {
  let failure: ProcessFailure
}

/// What a client reported of a server, in the light of how that ended.
///
/// A server that has ended by then has failed, and what its client complained of is a consequence.
/// But for two: one that has served whom it was to serve, and ended content, as one does that accepts
/// once; and one that was seen to send wrong bytes, which stays wrong.
/// - Throws: what `client` throws; `ProcessFailure`.
func judge(
  _ server: any RunningServer, called name: String, _ client: () throws -> ClientReport
) throws -> ClientReport {
  let result: Result<ClientReport, any Error>
  do {
    result = .success(try client())
  } catch let error as CancellationError {
    throw error
  } catch {
    result = .failure(error)
  }
  let report = try? result.get()
  if let report, report.showsWrongBytes { return report }
  // Its client may learn of its end a moment before this process does.
  if report?.valid != true {
    _ = wait(beside: [server.child], atMost: .milliseconds(200)) { server.end != nil }
  }
  try server.checkSupervisor(called: name)
  if let end = server.end, end != .exited(0) || report?.valid != true {
    throw EarlyEnd.whileMeasured.error(
      of: name, on: nil, end, server.errors)
  }
  return try result.get()
}

extension ClientReport {
  /// A server that sends other bytes than it was sent, or more of them, is wrong whatever happens to
  /// it afterwards; missing ones are what an end of the server looks like.
  fileprivate var showsWrongBytes: Bool {
    [FailureKind.mismatch, .surplus].contains { counts.errors[$0.rawValue, default: 0] > 0 }
  }
}
