import Glibc

@testable import EchoIO

/// A shell that runs a script, to have processes of whose life a test decides. Its standard input
/// is a socket: `read go` waits for `tell()`, `echo >&0` is heard by `hear()`.
struct Shell {
  let id: Int32
  private let peer: Peer

  /// Lends one to `body`, and kills it with all that it has started.
  static func with<Result>(_ script: String, _ body: (Shell) throws -> Result) throws -> Result {
    let shell = try Shell(script)
    defer {
      kill(-shell.id, SIGKILL)
      waitpid(shell.id, nil, 0)
    }
    return try body(shell)
  }

  private init(_ script: String) throws {
    var ends: [Int32] = [0, 0]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemError.last("socketpair") }
    peer = Peer(owning: ends[0])
    defer { close(ends[1]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads of Swift's pools block signals, and a child would inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    let arguments = ["sh", "-c", script].map { (text: String) in strdup(text) }
    defer { for argument in arguments { free(argument) } }
    var id: pid_t = 0
    let result = posix_spawn(&id, "/bin/sh", &actions, &attributes, arguments + [nil], nil)
    guard result == 0 else { throw SystemError("posix_spawn /bin/sh", errno: result) }
    self.id = id
  }

  func tell() throws {
    try peer.send(Array("\n".utf8))
  }

  func hear() throws {
    _ = try peer.receive(1)
  }

  var tree: ProcessTree { ProcessTree(root: id) }

  /// What its tree has used.
  func usage(since before: ProcessTree.Reading) -> ProcessUsage? { tree.read() - before }

  /// Waits until it has as many descendants as that, and that each has used `nanoseconds`.
  func awaitDescendants(_ count: Int, havingUsed nanoseconds: UInt64 = 0) throws {
    let deadline = monotonicNow() + 20_000_000_000
    while monotonicNow() < deadline {
      let descendants = tree.members().filter { $0 != id }
      if descendants.count == count, descendants.allSatisfy({ cpu(of: $0) >= nanoseconds }) {
        return
      }
      usleep(2000)
    }
    throw TookTooLong(description: "the shell did not come to have \(count) descendants")
  }

  private func cpu(of process: Int32) -> UInt64 {
    var clock = clockid_t()
    return clock_getcpuclockid(process, &clock) == 0 ? EchoIO.nanoseconds(of: clock) : 0
  }
}
