internal import Glibc

/// The content of all messages of a run: a pure function of the seed, the connection and the
/// message's number, so that nothing has to be kept of a message to know its reply.
///
/// A message is made of segments of 256 KiB, the last of them shorter: most have a single one. A
/// segment is a window into a pseudo-random pattern with its ``MessageHeader`` stamped in front. The
/// header begins with a stamp that cannot be computed without the seed, from whatever was seen
/// before; a message too short for it has as much of it as fits. The pattern is the worker's own
/// and the same for all of its connections: a header is in it only while `withSegment` lends it out.
struct MessageSource {
  /// Bytes of a message; of the longest where there are several sizes.
  let size: Int
  /// Whether there are several sizes.
  let isMixed: Bool
  private let draw: SizeDraw?
  private let hash: SipHash
  private let pattern: UnsafeMutableRawPointer

  /// As much as stays in the second-level cache beside what is received.
  static let segmentSize = 1 << segmentBits
  private static let segmentBits = 18
  /// Windows begin a cache line apart, so that each is aligned.
  private static let windowBits = 6
  private static let windows = 64

  /// - Throws: `SystemError` when there is no memory for the pattern.
  init(size: Int, mix: SizeMix? = nil, seed: UInt64) throws(SystemError) {
    self.size = size
    var state = seed
    hash = SipHash(key: (splitMix64(&state), splitMix64(&state)))
    let longest = max(min(size, Self.segmentSize), MessageHeader.size)
    let length = (longest + Self.windows << Self.windowBits) & ~7
    pattern = try allocate(length)
    let drawing = hash.hash(.max, .max >> 9)
    draw = mix.map { SizeDraw($0, seed: drawing) }
    isMixed = mix != nil
    // Of a state of its own: what is seen of the pattern does not lead to the key.
    state = hash.hash(.max, .max >> 8)
    for offset in stride(from: 0, to: length, by: 8) {
      pattern.storeBytes(of: splitMix64(&state), toByteOffset: offset, as: UInt64.self)
    }
  }

  /// Frees the pattern. To be called once, when nothing uses the messages any more.
  func deallocate() {
    draw?.deallocate()
    free(pattern)
  }

  /// Bytes of a message.
  @inline(__always)
  func size(of message: Int, on connection: UInt32) -> Int {
    isMixed ? drawnSize(of: message, on: connection) : size
  }

  /// Bytes of a message, where there are several sizes.
  // Measured, calls only: nothing
  @inline(never)
  func drawnSize(of message: Int, on connection: UInt32) -> Int {
    draw?.size(of: message, on: connection) ?? size
  }

  /// Of which class of sizes a message is; 0 where all are of one size.
  @inline(__always)
  func sizeClass(of message: Int, on connection: UInt32) -> Int {
    draw?.sizeClass(of: message, on: connection) ?? 0
  }

  /// The stamp of a segment.
  @inline(__always)
  func stamp(connection: UInt32, message: Int, segment: Int) -> UInt64 {
    hash.hash(
      UInt64(truncatingIfNeeded: message),
      UInt64(connection) | UInt64(truncatingIfNeeded: segment) &<< 32)
  }

  /// Lends segment `segment` of a message to `body`: what `offset` of the message is at lies at the
  /// offset's remainder by `segmentSize`.
  @inline(__always)
  func withSegment<Result>(
    _ segment: Int, of message: Int, on connection: UInt32,
    _ body: (UnsafeRawPointer) -> Result
  ) -> Result {
    let stamp = stamp(connection: connection, message: message, segment: segment)
    let window = pattern + Int(truncatingIfNeeded: stamp &>> 58) &<< Self.windowBits
    let header = window.assumingMemoryBound(to: UInt64.self)
    let covered = (header[0], header[1], header[2])
    let number = UInt64(truncatingIfNeeded: message)
    header[0] = stamp.littleEndian
    header[1] = (UInt64(connection) | number &<< 32).littleEndian
    header[2] = (number &>> 32 | UInt64(truncatingIfNeeded: segment) &<< 32).littleEndian
    defer { (header[0], header[1], header[2]) = covered }
    return body(window)
  }

  /// The part of a message from `offset` on that lies in one segment: the segment, where the offset
  /// is in it, and how much of `count` bytes it has.
  @inline(__always)
  static func part(from offset: Int, _ count: Int) -> (segment: Int, start: Int, count: Int) {
    let start = offset & (segmentSize &- 1)
    return (offset &>> segmentBits, start, min(count, segmentSize &- start))
  }

  /// Whether `count` received bytes are those of a message from `offset` on.
  @inline(__always)
  func matches(
    _ bytes: UnsafeRawPointer, _ count: Int, from offset: Int, of message: Int,
    on connection: UInt32
  ) -> Bool {
    let part = Self.part(from: offset, count)
    let isSame = withSegment(part.segment, of: message, on: connection) {
      memcmp(bytes, $0 + part.start, part.count) == 0
    }
    guard isSame, part.count < count else { return isSame }
    return matchesNext(
      bytes + part.count, count &- part.count, from: offset &+ part.count, of: message,
      on: connection)
  }

  /// The same beyond the end of a segment.
  // Measured, calls only: memcmp
  @inline(never)
  private func matchesNext(
    _ bytes: UnsafeRawPointer, _ count: Int, from offset: Int, of message: Int,
    on connection: UInt32
  ) -> Bool {
    matches(bytes, count, from: offset, of: message, on: connection)
  }
}

/// What a segment begins with, as read back from a reply: 24 bytes, little-endian.
struct MessageHeader: Equatable {
  let stamp: UInt64
  let connection: UInt32
  let message: Int
  let segment: Int

  static let size = 24

  /// nil when fewer bytes than a header are there.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.size else { return nil }
    func word(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    stamp = word(0)
    connection = UInt32(truncatingIfNeeded: word(8))
    message = Int(truncatingIfNeeded: word(8) >> 32 | word(16) << 32)
    segment = Int(truncatingIfNeeded: word(16) >> 32)
  }
}

/// Memory that is not in use before it is written to (posix_memalign(3)), for free(3).
func allocate(_ byteCount: Int) throws(SystemError) -> UnsafeMutableRawPointer {
  var memory: UnsafeMutableRawPointer?
  let result = posix_memalign(&memory, 64, byteCount)
  guard result == 0, let memory else {
    throw SystemError(
      "allocate \(ByteCount(byteCount))", errno: result,
      remedy: "Ask for fewer workers or smaller messages.")
  }
  return memory
}
