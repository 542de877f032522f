internal import Glibc

/// A process and its descendants at one moment, wherever they have gone since: a group of their own,
/// or another parent.
public struct ProcessFamily: Sendable {
  /// Parents before their children.
  private let members: [Member]

  private struct Member {
    let identity: ProcessIdentity
    let parent: Int32

    var id: Int32 { identity.id }
  }

  public init(of root: Int32) {
    members = ProcessTree(root: root).members().compactMap { process in
      ProcessStat(of: process).map {
        Member(identity: ProcessIdentity(id: process, start: $0.start), parent: $0.parent)
      }
    }
  }

  /// Of processes that have nothing to do with each other.
  init(_ members: [ProcessIdentity]) {
    self.init(members: members.map { Member(identity: $0, parent: 0) })
  }

  private init(members: [Member]) {
    self.members = members
  }

  /// The part of it below one of its members.
  public func part(of root: Int32) -> ProcessFamily {
    var ids: Set<Int32> = [root]
    return ProcessFamily(
      members: members.filter { member in
        if ids.contains(member.parent) { ids.insert(member.id) }
        return ids.contains(member.id)
      })
  }

  public func contains(_ process: Int32) -> Bool { members.contains { $0.id == process } }

  /// Ends those that are left at once; nobody else that has got one of their ids since.
  public func kill() {
    for member in members where ProcessIdentity(of: member.id) == member.identity {
      Glibc.kill(member.id, SIGKILL)
    }
  }
}

// MARK: - Below a shell

extension ProcessFamily {
  /// The process that is a command's own: the only child of the shell that was started to run it,
  /// for some shells become their last command and others stay and wait for it. The shell itself
  /// where it has no child or several, and when it has become another program.
  /// - Parameter arguments: those that the shell was started with, its name first.
  public func commandProcess(of shell: Int32, running arguments: [String]) -> Int32 {
    let line = arguments.map { $0 + "\0" }.joined()
    let children = members.filter { $0.parent == shell }
    guard children.count == 1, readProcFile("/proc/\(shell)/cmdline") == line else { return shell }
    return children[0].id
  }
}

// MARK: - Who holds a socket

/// Who holds a socket open, as far as this process may see.
public enum SocketHolder: Equatable, Sendable {
  case member
  /// Somebody else, and none of the family.
  case other(process: Int32, name: String)
  /// Of some process this one may not see what it holds, or nobody is seen to hold it.
  case unknown
}

extension ProcessFamily {
  /// Who holds one of the sockets with these inodes.
  public func holder(of inodes: [UInt64]) -> SocketHolder {
    let names = Set(inodes.map { "socket:[\($0)]" })
    let ids = members.map(\.id)
    var seesAll = true
    for member in ids {
      switch Self.holds(member, names) {
      case true?: return .member
      case false?: continue
      case nil: seesAll = false
      }
    }
    guard seesAll else { return .unknown }
    let other = numericEntries("/proc").first { !ids.contains($0) && Self.holds($0, names) == true }
    guard let other else { return .unknown }
    let name = readProcFile("/proc/\(other)/comm")?.split(separator: "\n").first.map(String.init)
    return .other(process: other, name: name ?? "?")
  }

  /// The processes that hold a socket which listens at a TCP port, as far as this process may see, without
  /// those whose parents do: the servers there.
  public static func servers(atPort port: UInt16) -> [Int32] {
    let names = Set(Listeners.inodes(atPort: port).map { "socket:[\($0)]" })
    guard !names.isEmpty else { return [] }
    let holders = Set(numericEntries("/proc").filter { holds($0, names) == true })
    return holders.filter { holder in
      !sequence(first: holder) { ProcessStat(of: $0)?.parent }.dropFirst().prefix { $0 > 0 }
        .contains(where: holders.contains)
    }.sorted()
  }

  /// Nil when this process may not see that; one that has ended holds nothing.
  private static func holds(_ process: Int32, _ sockets: Set<String>) -> Bool? {
    let folder = "/proc/\(process)/fd"
    guard access(folder, R_OK) == 0 else { return errno == ENOENT ? false : nil }
    return numericEntries(folder).contains { descriptor in
      linkTarget("\(folder)/\(descriptor)").map { sockets.contains($0) } ?? false
    }
  }
}
