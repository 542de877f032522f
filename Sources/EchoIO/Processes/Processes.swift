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
    numericEntries("/proc").filter { ProcessStat(of: $0)?.parent == parent }
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
