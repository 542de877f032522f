@testable import EchoIO

extension MessageSource {
  /// A whole message.
  func content(of message: Int, on connection: UInt32) -> [UInt8] {
    let size = size(of: message, on: connection)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    while bytes.count < size {
      let part = Self.part(from: bytes.count, size - bytes.count)
      withSegment(part.segment, of: message, on: connection) {
        bytes += UnsafeRawBufferPointer(start: $0 + part.start, count: part.count)
      }
    }
    return bytes
  }
}
