/// What a socket's buffer is asked to have: `64k`, or `auto` to leave it to the kernel.
public struct SocketBuffer: Hashable, ReadableText, CustomStringConvertible {
  /// Nil for the kernel's own.
  public let size: ByteCount?

  public init(_ size: ByteCount?) {
    self.size = size
  }

  public init(parsing text: String) throws(UnitError) {
    size = text == Self.kernel ? nil : try ByteCount(parsing: text)
  }

  /// The rule that it breaks, in words that follow its name; nil when it is fine.
  public var problem: String? { size.flatMap { SocketOptions.problem(ofBuffer: $0) } }

  /// As it is read.
  public var description: String { size?.argument ?? Self.kernel }

  /// Stands for no size.
  public static let kernel = "auto"
}
