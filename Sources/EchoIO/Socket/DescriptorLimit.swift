internal import Glibc

/// Lets this process open as many descriptors as it may: the soft limit becomes the hard one.
public func raiseDescriptorLimit() {
  guard var limit = descriptorLimit else { return }
  limit.rlim_cur = limit.rlim_max
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}

private var descriptorLimit: rlimit? {
  var limit = rlimit()
  let result = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  return result == 0 ? limit : nil
}

/// The descriptors that a process needs for its connections, each of which is one.
public struct DescriptorNeed: Equatable, Sendable {
  let connections: Int
  /// What it opens beside them.
  let others: Int

  /// Of a client: four signals, a file of /proc at a time, and an epoll instance for each worker of
  /// the event engine and for idle connections.
  public init(ofClient load: Load) {
    connections = load.allConnections
    others = 5 + (load.engine == .event ? load.workers : 0) + (load.idle == nil ? 0 : 1)
  }

  /// Of a backend at the least: its listener, and the two of its signal. What it opens beyond that it
  /// says itself, once it is missing.
  public init(ofServer connections: Int) {
    self.connections = connections
    others = 3
  }

  /// How many a process that this one starts may have open (RLIMIT_NOFILE, getrlimit(2)); nil where
  /// the kernel does not say.
  public static var mostOfChild: Int? { descriptorLimit.map { Int(clamping: $0.rlim_max) } }

  /// Why a process may not have so many, and what to try; nil when it may.
  /// - Parameters:
  ///   - most: how many it may have.
  ///   - open: how many it has.
  public func shortage(of most: Int, open: Int) -> String? {
    let needed = connections + others
    guard needed + open > most else { return nil }
    let fitting = most - open - others
    let fewer =
      fitting > 0 ? "Ask for at most \(plural(fitting, "connection")), or raise" : "Raise"
    return "\(plural(connections, "connection")) take \(plural(needed, "descriptor")) beside the"
      + " \(open) that are open, and a process may have \(most) here (ulimit -Hn). \(fewer) that"
      + " limit: as root, with 'ulimit -n \(needed + open)'."
  }

  /// Makes sure that this process may have them, before it opens any.
  /// - Throws: `SystemError`.
  func require() throws(SystemError) {
    // Of the descriptors that are listed one is the listing's own. With none left there is no list: the
    // first to be opened will say so.
    let listed = numericEntries("/proc/self/fd").count
    guard listed > 0, let most = descriptorLimit.map({ Int(clamping: $0.rlim_cur) }),
      let reason = shortage(of: most, open: listed - 1)
    else { return }
    throw SystemError(
      "open \(plural(connections, "connection"))", errno: EMFILE, remedy: reason, isShortage: true)
  }
}
