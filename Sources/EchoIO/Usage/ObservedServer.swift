/// A process that is observed because it is said to be the server, with its descendants.
struct ObservedServer {
  private let process: Int32
  /// Why it cannot be the server; nil when nothing speaks against it.
  private let doubt: String?

  /// Why there are no figures of it, in a sentence.
  struct Unknown: Error {
    let reason: String
  }

  /// Looks who listens at `address`.
  init(_ process: Int32, at address: Address) {
    self.process = process
    let sockets = Listeners.inodes(at: address)
    guard case .other(let other, let name) = ProcessFamily(of: process).holder(of: sockets) else {
      doubt = nil
      return
    }
    doubt =
      "neither it nor a descendant of it listens on \(address), but process \(other) (\(name)) does"
  }

  /// What it used between two readings.
  /// - Parameters:
  ///   - isLate: the readings are not of the window.
  ///   - messages: that came back meanwhile.
  func usage(
    _ before: ProcessTree.Reading?, _ after: ProcessTree.Reading?, isLate: Bool, _ messages: UInt64
  ) -> Result<ProcessUsage, Unknown> {
    if let doubt { return unknown(doubt) }
    if let shortage = before?.shortage ?? after?.shortage {
      return unknown("it could not be looked at: \(shortage)")
    }
    // Of one that has ended meanwhile, or a part of which has, there is nothing to say.
    guard let before, let after, let usage = after - before, isAlive(process) else {
      return unknown(
        "it or a descendant ended inside the window, and what that used is not known")
    }
    if isLate { return unknown("the CPU clocks could not be read in time") }
    if usage.cpuNanoseconds == 0, messages >= Self.manyMessages {
      return unknown("it used no CPU time while \(messages) messages were answered")
    }
    return .success(usage)
  }

  /// Nobody answers so many without running; of a few in a short window, the clocks might miss it.
  private static let manyMessages = 1000

  private func unknown(_ reason: String) -> Result<ProcessUsage, Unknown> {
    .failure(Unknown(reason: "no figures of process \(process): \(reason)"))
  }
}
