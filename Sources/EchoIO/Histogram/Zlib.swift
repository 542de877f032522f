internal import CZlib

/// The zlib format (RFC 1950), by the system's library.
enum Zlib {
  /// The smallest stream that the library makes of `data`.
  static func deflate(_ data: [UInt8]) -> [UInt8] {
    var size = compressBound(UInt(data.count))
    return [UInt8](unsafeUninitializedCapacity: Int(size)) { stream, count in
      let status = compress2(
        stream.baseAddress, &size, data, UInt(data.count), Z_BEST_COMPRESSION)
      // There is room enough, so that only memory can be missing.
      precondition(status == Z_OK, "zlib: out of memory")
      count = Int(size)
    }
  }

  /// The data of a stream, which ends with it.
  /// - Parameter most: how many bytes it can come to; more are never made room for.
  static func inflate(_ stream: some Collection<UInt8>, most: Int) throws(HistogramError) -> [UInt8]
  {
    let stream = Array(stream)
    var (size, taken, status) = (UInt(most), UInt(stream.count), Z_OK)
    let data = [UInt8](unsafeUninitializedCapacity: most) { data, count in
      status = uncompress2(data.baseAddress, &size, stream, &taken)
      count = status == Z_OK ? Int(size) : 0
    }
    if status == Z_BUF_ERROR { throw .tooLarge(most: most) }
    guard status == Z_OK else { throw .notDeflated }
    guard taken == stream.count else { throw .surplus(bytes: stream.count - Int(taken)) }
    return data
  }
}
