internal import Glibc

/// A process and its descendants at one moment, wherever they have gone since: a group of their own,
/// or another parent.
public struct ProcessFamily: Sendable {
  private let members: [(id: Int32, start: UInt64)]

  public init(of root: Int32) {
    members = ProcessTree(root: root).identities()
  }

  /// Ends those that are left at once; nobody else that has got one of their ids since.
  public func kill() {
    for member in members where ProcessTree.start(of: member.id) == member.start {
      Glibc.kill(member.id, SIGKILL)
    }
  }
}
