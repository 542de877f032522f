internal import Glibc

/// Reads a small file of /proc whole; nil when it is not there (a process that has ended), or cannot be
/// looked at.
func readProcFile(_ path: String) -> String? {
  try? lookUpProcFile(path)
}

/// The same.
/// - Returns: nil when it is not there, or this user may not read it.
/// - Throws: `SystemError` where there is no descriptor or memory to look with.
func lookUpProcFile(_ path: String) throws(SystemError) -> String? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return try absence(of: path) }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = read(descriptor, &piece, piece.count)
    guard count > 0 else { break }
    bytes += piece[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// Nothing, where that is what the last call found.
/// - Throws: `SystemError` where it could not look: nobody can tell whether something is there.
func absence<Entry>(of path: String) throws(SystemError) -> Entry? {
  guard [EMFILE, ENFILE, ENOMEM].contains(errno) else { return nil }
  throw .last("open \(path)", remedy: moreDescriptors)
}

/// The entries of a folder of /proc that are numbers: processes, or threads. None where it is not there, or
/// cannot be looked at.
func numericEntries(_ path: String) -> [Int32] {
  (try? lookUpNumericEntries(path)) ?? []
}

/// The same.
/// - Throws: `SystemError` where there is no descriptor or memory to look with.
func lookUpNumericEntries(_ path: String) throws(SystemError) -> [Int32] {
  guard let folder = opendir(path) else { return try absence(of: path) ?? [] }
  defer { closedir(folder) }
  var entries: [Int32] = []
  while let entry = readdir(folder) {
    let number = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { name in
        // A name that is no number has none at its beginning, either.
        isdigit(Int32(name.pointee)) == 0 ? nil : Int32(strtol(name, nil, 10))
      }
    }
    if let number { entries.append(number) }
  }
  return entries.sorted()
}

/// What a symbolic link names, such as `socket:[4711]`; nil when it is not there.
func linkTarget(_ path: String) -> String? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { memory in
    let length = readlink(path, memory.baseAddress!, memory.count)
    guard length >= 0 else { return nil }
    return String(decoding: UnsafeRawBufferPointer(memory)[..<length], as: UTF8.self)
  }
}

/// What no kernel has counted, whatever it counts: thousands of such figures can be added up, and one in
/// KiB is one in bytes. In a container /proc may be anybody's.
let mostCounted: UInt64 = 1 << 40

/// The value behind `key:` in a file of such lines, as a number without its unit, at most ``mostCounted``.
func procValue(_ key: String, in text: String) -> UInt64? {
  let name = "\(key):"
  return text.withCString { start in
    var rest = start
    while let found = strstr(rest, name) {
      rest = UnsafePointer(found) + name.utf8.count
      guard found == start || found[-1] == CChar(bitPattern: UInt8(ascii: "\n")) else { continue }
      rest += strspn(rest, " \t")
      return isdigit(Int32(rest.pointee)) == 0
        ? nil : min(UInt64(strtoull(rest, nil, 10)), mostCounted)
    }
    return nil
  }
}

/// The value of a line `key   :   value` in /proc/[pid]/task/[tid]/sched, which a kernel has that was
/// built with CONFIG_SCHED_DEBUG (the kernel's kernel/sched/debug.c).
func schedulingValue(_ key: String, in text: String) -> UInt64? {
  for line in Lines(text) where line.hasPrefix(key) {
    let parts = line.dropFirst(key.count).split(whereSeparator: { $0 == " " || $0 == ":" })
    return parts.count == 1 ? UInt64(parts[0]).map { min($0, mostCounted) } : nil
  }
  return nil
}

/// The nanoseconds that a thread ran and that it waited for a CPU, of `running waiting timeslices` in
/// /proc/[pid]/task/[tid]/schedstat (the kernel's scheduler/sched-stats.rst); 0 where that does not tell.
func schedulingTimes(in text: String) -> (running: UInt64, waiting: UInt64) {
  let times = text.split(separator: " ", maxSplits: 2).map { min(UInt64($0) ?? 0, mostNanoseconds) }
  return (times.first ?? 0, times.dropFirst().first ?? 0)
}

/// The lines of a text that have anything in them, one after the other: all at once they may take many times what
/// the text does.
struct Lines: Sequence, IteratorProtocol {
  private var rest: Substring

  init(_ text: String) {
    rest = text[...]
  }

  mutating func next() -> Substring? {
    rest = Substring(rest.utf8.drop { $0 == UInt8(ascii: "\n") })
    guard !rest.isEmpty else { return nil }
    let end = rest.utf8.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
    defer { rest = rest[end...] }
    return rest[..<end]
  }
}

/// Two years of a thousand CPUs.
private let mostNanoseconds: UInt64 = 1 << 56

/// How far a counter of the kernel has come; 0 where it went back, as idle time may (proc_stat(5)).
func increase(_ later: UInt64, since earlier: UInt64) -> UInt64 {
  later > earlier ? later - earlier : 0
}
