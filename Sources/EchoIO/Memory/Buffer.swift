internal import Glibc

/// Bytes that a core reads and writes as one (x86-64, and most of arm64). What two threads write to
/// is kept this far apart, or each write of one would take the line from the other.
let cacheLine = 64

/// Memory for `byteCount` bytes, which is to be given back with free(3). None of it is in use before
/// it is written to (posix_memalign(3)).
/// - Parameters:
///   - byteCount: positive; what an error names.
///   - spare: bytes beyond those.
///   - remedy: what to try when there is not that much, as a sentence.
/// - Throws: `SystemError` where `allocate` of the standard library would end the process.
func allocateBuffer(
  _ byteCount: Int, spare: Int = 0, alignment: Int = cacheLine,
  remedy: String = "Give a smaller size."
) throws(SystemError) -> UnsafeMutableRawPointer {
  var memory: UnsafeMutableRawPointer?
  let result = posix_memalign(&memory, alignment, byteCount + spare)
  guard result == 0, let memory else {
    throw SystemError("allocate \(ByteCount(byteCount))", errno: result, remedy: remedy)
  }
  return memory
}

/// A buffer that lives as long as its owner.
///
/// Unchecked: its bytes belong to whoever serves with it, one thread at a time.
final class Buffer: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  /// With the spare bytes.
  let capacity: Int

  init(_ size: Int, spare: Int = 0, remedy: String) throws(SystemError) {
    base = try allocateBuffer(size, spare: spare, remedy: remedy)
    capacity = size + spare
  }

  deinit {
    free(base)
  }
}
