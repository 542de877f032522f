internal import EchoIO
internal import Synchronization

/// The processes that a trial started together: whatever happens, none of them is left.
final class ProcessGroup: Sendable {
  private let leader = Mutex<Int32?>(nil)

  func begin(_ leader: Int32) {
    self.leader.withLock { $0 = leader }
    guardProcessGroup(leader, true)
  }

  /// Kills what is left of it.
  func end() {
    leader.withLock { leader in
      guard let group = leader else { return }
      killProcessGroup(group)
      guardProcessGroup(group, false)
      leader = nil
    }
  }
}
