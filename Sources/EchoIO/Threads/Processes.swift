internal import CLinux
internal import Glibc

/// True while the process has not ended; one that has ended but was not waited for has.
public func isAlive(_ process: Int32) -> Bool {
  guard let text = readProcFile("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else {
    return false
  }
  return !["Z", "X"].contains(text[text.index(after: end)...].dropFirst().prefix(1))
}

/// Ends every process of a group at once; nothing happens when none is left.
public func killProcessGroup(_ leader: Int32) {
  kill(-leader, SIGKILL)
}

/// Has a process group ended with this process when a second signal ends it at once: until then
/// its own teardown is what ends them. To be called from one thread at a time.
public func guardProcessGroup(_ leader: Int32, _ guarded: Bool) {
  clinux_guard_group(leader, guarded ? 1 : 0)
}
