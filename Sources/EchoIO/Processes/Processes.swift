internal import CLinux
internal import Glibc

/// Names this process as `top` and /proc show it; the kernel keeps 15 characters. One that a suite
/// starts is called by the number of a descriptor else. To be called on the main thread.
public func nameProcess(_ name: String) {
  clinux_name_thread(name)
}

/// True while the process has not ended; one that has ended but was not waited for has.
public func isAlive(_ process: Int32) -> Bool {
  ProcessStat(of: process)?.isAlive ?? false
}

extension ProcessStat {
  /// Neither a zombie nor dead.
  var isAlive: Bool { !["Z", "X"].contains(state) }
}

extension ProcessTree {
  /// The processes that `parent` has started, or adopted.
  static func children(of parent: Int32) -> [Int32] {
    numericEntries("/proc").filter { EchoIO.parent(of: $0) == parent }
  }
}

/// The parent of a process; nil when that is gone. It is asked of every process of the machine, and
/// so takes as little as it can: 5 µs.
func parent(of process: Int32) -> Int32? {
  let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { bytes in
    let count = read(descriptor, bytes.baseAddress!, bytes.count)
    // `id (name) state parent …` (proc_pid_stat(5)): a name is short, and may hold parentheses.
    guard count > 0, let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
    var parent: Int32 = 0
    for byte in bytes[..<count].dropFirst(end + 4) {
      guard case UInt8(ascii: "0")...UInt8(ascii: "9") = byte else { break }
      parent = parent * 10 + Int32(byte - UInt8(ascii: "0"))
    }
    return parent
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
