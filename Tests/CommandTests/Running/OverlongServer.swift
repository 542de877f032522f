import EchoIO
import Foundation

/// A server that answers whatever it reads with its whole buffer of 4096 bytes, as the blog's pool
/// does; or one that accepts and never answers.
final class OverlongServer: Sendable {
  let address: String
  private let listener: Int32

  init(answers: Bool = true) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        // The port is the kernel's choice, and then in the name.
        bind(listener, name, length) | listen(listener, 64) | getsockname(listener, name, &length)
      }
    }
    guard result == 0 else { throw SystemError("bind 127.0.0.1:0", errno: errno) }
    self.listener = listener
    address = "127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
    guard answers else { return }
    Self.onThread {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        Self.onThread { Self.answer(connection) }
      }
    }
  }

  /// Ends the thread that accepts; each connection ends with its client.
  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func answer(_ connection: Int32) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while recv(connection, &buffer, buffer.count, 0) > 0 {
      guard send(connection, buffer, buffer.count, Int32(MSG_NOSIGNAL)) > 0 else { break }
    }
    close(connection)
  }

  private static func onThread(_ body: @escaping @Sendable () -> Void) {
    Foundation.Thread.detachNewThread(body)
  }
}
