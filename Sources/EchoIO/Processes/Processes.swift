internal import CLinux
internal import Glibc

/// Names this process as `top` and /proc show it; the kernel keeps 15 characters. One that a suite
/// starts is called by the number of a descriptor else. To be called on the main thread.
public func nameProcess(_ name: String) {
  clinux_name_thread(name)
}

/// True while the process has not ended; one that has ended but was not waited for has. No process has an
/// id below 1.
public func isAlive(_ process: Int32) -> Bool {
  do {
    return try ProcessStat.lookUp(process)?.isAlive ?? false
  } catch {
    // What there is no descriptor to look at is there if it has an id to send a signal to (kill(2)).
    return process > 0 && (kill(process, 0) == 0 || errno == EPERM)
  }
}

extension ProcessStat {
  /// Neither a zombie nor dead.
  var isAlive: Bool { !["Z", "X"].contains(state) }
}

extension ProcessTree {
  /// The processes that `parent` has started, or adopted.
  static func children(of parent: Int32) -> [Int32] {
    numericEntries("/proc").filter { (try? EchoIO.parent(of: $0)) == parent }
  }
}

/// The parent of a process; nil when that is gone. It is asked of every process of the machine, and
/// so takes as little as it can: 5 µs.
/// - Throws: `SystemError` where there is no descriptor or memory to look with.
func parent(of process: Int32) throws(SystemError) -> Int32? {
  let path = "/proc/\(process)/stat"
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return try absence(of: path) }
  defer { close(descriptor) }
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
    let start = text.baseAddress!
    let count = read(descriptor, start, text.count - 1)
    guard count > 0 else { return nil }
    text[count] = 0
    // `id (name) state parent …` (proc_pid_stat(5)): a name is short, and may hold parentheses.
    guard let end = strrchr(start, Int32(UInt8(ascii: ")"))), strlen(end) > 4 else { return nil }
    return Int32(strtol(end + 4, nil, 10))
  }
}

/// Whether this process may open so many descriptors more, all at once.
/// - Throws: `SystemError` when it may not, and what to do.
public func checkDescriptors(_ count: Int) throws(SystemError) {
  var opened: [Int32] = []
  defer { for descriptor in opened { close(descriptor) } }
  for _ in 0..<count {
    let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open \(count) descriptors", remedy: moreDescriptors) }
    opened.append(descriptor)
  }
}
