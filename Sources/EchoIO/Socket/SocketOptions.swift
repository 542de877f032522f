internal import Glibc

/// How the sockets of a client or a server are to be, where that is not left to the kernel.
public struct SocketOptions: Hashable, Codable, Sendable {
  /// Whether segments go at once (TCP_NODELAY, tcp(7)). An echo waits for each message, and Nagle's
  /// algorithm (RFC 896) would hold the last segment back. A unix socket has no such thing.
  public var nodelay: Bool
  /// Bytes asked for with SO_SNDBUF (socket(7)); nil for the kernel's own.
  public var sendBuffer: ByteCount?
  /// The same with SO_RCVBUF.
  public var receiveBuffer: ByteCount?

  enum CodingKeys: String, CodingKey {
    case nodelay
    case sendBuffer = "send_buffer_bytes"
    case receiveBuffer = "receive_buffer_bytes"
  }

  public init(
    nodelay: Bool = true, sendBuffer: ByteCount? = nil, receiveBuffer: ByteCount? = nil
  ) {
    self.nodelay = nodelay
    self.sendBuffer = sendBuffer
    self.receiveBuffer = receiveBuffer
  }

  /// What sockets have where nobody asks for anything.
  public static let standard = SocketOptions()

  /// As much as the kernel takes: it doubles the number, which is an int to it.
  private static let largestBuffer = ByteCount(1 << 30)

  /// The rule that a buffer breaks, in words that follow its name; nil when it is fine.
  public static func problem(ofBuffer size: ByteCount) -> String? {
    size.bytes > largestBuffer.bytes ? "must be at most \(largestBuffer.argument)" : nil
  }

  /// The rule that these break with unix sockets, in words that follow the option that does, and what was
  /// given; nil when they are fine.
  public var unixProblem: (option: String, rule: String, given: String)? {
    if !nodelay { return ("nodelay", Self.noNodelay, Switch.off.rawValue) }
    return receiveBuffer.map { ("receive-buffer", Self.noReceiveBuffer, $0.argument) }
  }

  static let noNodelay = "must be on with a unix socket, which holds nothing back"
  static let noReceiveBuffer =
    "must be left to the kernel with a unix socket: what is on its way is in the send buffer of the"
    + " other end (unix(7))"

  /// The options that give these to `echobench server`.
  public var arguments: [String] {
    (nodelay ? [] : ["--nodelay", "off"])
      + (sendBuffer.map { ["--send-buffer", $0.argument] } ?? [])
      + (receiveBuffer.map { ["--receive-buffer", $0.argument] } ?? [])
  }

  /// What was asked for, in words.
  public var labels: [String] {
    [
      nodelay ? nil : "nodelay off", sendBuffer.map { "send buffer \($0.argument)" },
      receiveBuffer.map { "receive buffer \($0.argument)" },
    ].compactMap { $0 }
  }
}

/// How the kernel has set a socket (getsockopt(2)).
///
/// Linux doubles what is asked for, to have room for its own bookkeeping, and gives no more than
/// net.core.wmem_max and net.core.rmem_max allow (socket(7)). Buffers of TCP that nobody set grow with
/// what goes through them (tcp(7)): theirs are the sizes that they begin with.
public struct SocketState: Hashable, Codable, Sendable {
  /// Absent of a unix socket.
  public let nodelay: Bool?
  public let sendBufferBytes: Int
  public let receiveBufferBytes: Int

  enum CodingKeys: String, CodingKey {
    case nodelay
    case sendBufferBytes = "send_buffer_bytes"
    case receiveBufferBytes = "receive_buffer_bytes"
  }

  /// - Throws: `SystemError` where the kernel does not tell.
  public init(of socket: borrowing Socket) throws(SystemError) {
    try self.init(of: socket.descriptor)
  }

  init(of descriptor: Int32) throws(SystemError) {
    nodelay =
      try requireOption(of: descriptor, SOL_SOCKET, SO_DOMAIN) == AF_UNIX
      ? nil : requireOption(of: descriptor, Int32(IPPROTO_TCP), TCP_NODELAY) != 0
    sendBufferBytes = Int(try requireOption(of: descriptor, SOL_SOCKET, SO_SNDBUF))
    receiveBufferBytes = Int(try requireOption(of: descriptor, SOL_SOCKET, SO_RCVBUF))
  }

  /// What was asked for and what came of it: `nodelay off, send buffer 64 KiB asked for, 128 KiB given`;
  /// nil where nothing was.
  public func text(asked options: SocketOptions) -> String? {
    func buffer(_ name: String, _ asked: ByteCount?, _ given: Int) -> String? {
      asked.map { "\(name) \($0) asked for, \(ByteCount(max(1, given))) given" }
    }
    let parts = [
      options.nodelay ? nil : "nodelay off",
      buffer("send buffer", options.sendBuffer, sendBufferBytes),
      buffer("receive buffer", options.receiveBuffer, receiveBufferBytes),
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

/// Sets a new socket, before connect(2) or listen(2): a window is scaled by the buffer that it has then
/// (tcp(7)). What a listener accepts is set as it is, but for what is a ``Handover``.
/// The kernel cuts buffers to what it allows, and refuses none.
/// - Returns: 0, or why one of them cannot be.
// Measured, calls only: setsockopt errno
@inline(never)
func prepareSocket(_ descriptor: Int32, _ family: Int32, _ options: SocketOptions) -> Int32 {
  var error: Int32 = 0
  if options.nodelay, family != AF_UNIX {
    error = setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
  }
  if error == 0, let size = options.sendBuffer {
    error = setOption(descriptor, SOL_SOCKET, SO_SNDBUF, to: Int32(size.bytes))
  }
  if error == 0, let size = options.receiveBuffer {
    error = setOption(descriptor, SOL_SOCKET, SO_RCVBUF, to: Int32(size.bytes))
  }
  return error
}
