internal import Glibc

/// A process and its descendants at one moment, wherever they have gone since: a group of their own,
/// or another parent.
public struct ProcessFamily: Sendable {
  private let members: [ProcessIdentity]

  public init(of root: Int32) {
    self.init(ProcessTree(root: root).members().compactMap { ProcessIdentity(of: $0) })
  }

  init(_ members: [ProcessIdentity]) {
    self.members = members
  }

  /// Ends those that are left at once; nobody else that has got one of their ids since.
  public func kill() {
    for member in members where ProcessIdentity(of: member.id) == member {
      Glibc.kill(member.id, SIGKILL)
    }
  }
}
