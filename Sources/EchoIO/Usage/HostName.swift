/// What this machine is called (hostname(7)); `host` where /proc does not tell.
public func hostName() -> String {
  let name = readProcFile("/proc/sys/kernel/hostname")?.prefix { !$0.isNewline } ?? ""
  return name.isEmpty ? "host" : String(name)
}
