internal import CLinux
internal import Glibc

/// CPUs to run on, as `taskset -c` takes them: `0`, `0,2`, `1-3`.
public struct CPUList: Hashable, ReadableText {
  public let cpus: [UInt16]

  /// Reads a list as a person writes it; the CPUs come out sorted and each once.
  public init(parsing text: String) throws(UnitError) {
    guard text.utf8.count <= Self.longest else {
      throw UnitError("must be a list of CPUs of at most \(Self.longest) characters")
    }
    var cpus: Set<UInt16> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
      guard let first = bounds.first ?? nil, let last = bounds.last ?? nil,
        bounds.count <= 2, first <= last, last < Self.limit
      else {
        throw UnitError("must be a list of CPUs such as 0, 0,2 or 1-3, each below \(Self.limit)")
      }
      cpus.formUnion(first...last)
    }
    self.cpus = cpus.sorted()
  }

  /// Binds the calling thread, and every thread it starts from now on, to these CPUs. The kernel
  /// drops those that are not there as long as one is (sched_setaffinity(2)); here that is an error.
  public func apply() throws(SystemError) {
    let allowed = Self.allowed
    let result = cpus.withUnsafeBufferPointer {
      clinux_set_affinity($0.baseAddress, Int32($0.count))
    }
    guard result == 0, try Self.now() == self else {
      throw SystemError(
        "sched_setaffinity \(self)", errno: result == 0 ? EINVAL : -result,
        remedy: "This process may use CPU \(allowed).")
    }
  }

  /// The CPUs the calling thread may run on now; none where the kernel does not tell.
  public static var allowed: CPUList { (try? now()) ?? CPUList(sorted: []) }

  /// The same.
  /// - Throws: `SystemError` where the kernel does not tell.
  public static func now() throws(SystemError) -> CPUList {
    var cpus = [UInt16](repeating: 0, count: Int(limit))
    let found = clinux_get_affinity(&cpus, Int32(limit))
    guard found >= 0 else { throw SystemError("sched_getaffinity", errno: -found) }
    return CPUList(sorted: Array(cpus.prefix(Int(found))))
  }

  init(_ cpu: UInt16) {
    cpus = [cpu]
  }

  private init(sorted cpus: [UInt16]) {
    self.cpus = cpus
  }

  /// CPU_SETSIZE, the kernel interface's own limit (sched_setaffinity(2), CPU_SET(3)).
  private static let limit: UInt16 = 1024
  /// With room for each of them by itself.
  private static let longest = 8192
}

extension CPUList: CustomStringConvertible {
  public var description: String { cpus.map { "\($0)" }.joined(separator: ",") }
}
