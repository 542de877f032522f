/// The messages of one connection, made without allocating or copying.
///
/// A message is a window into a seeded pseudo-random pattern that belongs to the connection,
/// starting 64 bytes further for each message, with its header stamped in: the connection
/// (4 bytes) and the sequence number (8 bytes), little-endian. Messages shorter than the header
/// go without one; their windows still differ.
///
/// A message stays as it is until `next()` is called, so the reply is compared with the very
/// bytes that were sent. More than one message in flight would need a pattern for each.
struct MessageSource {
  let size: Int
  /// Messages made so far: the sequence number of the next one.
  private(set) var sequence: UInt64 = 0
  private let connection: UInt32
  private let pattern: UnsafeMutableRawPointer
  /// The message made last.
  private(set) var current: UnsafeMutableRawPointer

  /// Bytes of connection and sequence number at the start of a message.
  static let headerSize = 12
  /// A cache line, so that every window is aligned as well as the first.
  private static let step = 64
  /// Windows before the pattern starts over; a power of two.
  private static let windows = 64

  init(connection: UInt32, size: Int, seed: UInt64) {
    self.size = size
    self.connection = connection
    let length = size + Self.step * Self.windows
    pattern = .allocate(byteCount: length + 8, alignment: Self.step)
    current = pattern
    var state = seed &+ UInt64(connection) &* 0x9E37_79B9_7F4A_7C15
    for offset in stride(from: 0, to: length, by: 8) {
      (pattern + offset).storeBytes(of: splitMix64(&state), as: UInt64.self)
    }
  }

  /// Frees the pattern. To be called once, when nothing uses the messages any more.
  func deallocate() {
    pattern.deallocate()
  }

  /// The next message: `size` bytes, valid until the next call.
  @inline(__always)
  mutating func next() -> UnsafeMutableRawPointer {
    let window = Int(truncatingIfNeeded: sequence) & (Self.windows - 1)
    let message = pattern + window &* Self.step
    if size >= Self.headerSize {
      message.storeBytes(of: connection.littleEndian, as: UInt32.self)
      (message + 4).storeBytes(of: sequence.littleEndian, as: UInt64.self)
    }
    sequence &+= 1
    current = message
    return message
  }
}

/// The header of a message, read back from a reply.
struct MessageHeader: Equatable {
  let connection: UInt32
  let sequence: UInt64

  /// nil when fewer bytes than a header are there.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= MessageSource.headerSize else { return nil }
    connection = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
    sequence = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt64.self))
  }
}
