internal import Glibc

/// What a socket did not take of a message: kept apart from the loop's buffer, which the next
/// connection reads into, until it is written.
final class Rest {
  let bytes: UnsafeMutableRawPointer
  /// What is still to be written.
  var pending: Range<Int>

  /// Copies a part of the loop's buffer; nil when there is no memory for it.
  init?(_ part: Range<Int>, of buffer: UnsafeRawPointer) {
    guard let bytes = malloc(part.count) else { return nil }
    memcpy(bytes, buffer + part.lowerBound, part.count)
    self.bytes = bytes
    pending = 0..<part.count
  }

  deinit {
    free(bytes)
  }
}
