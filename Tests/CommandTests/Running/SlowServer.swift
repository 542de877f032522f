import Foundation
import Synchronization

@testable import EchoIO

/// A server that takes five milliseconds for each message of 100 bytes, a thread for each connection: it
/// cannot do more than 200 messages/s on each. It can be told to stop for longer, once.
final class SlowServer: Sendable {
  static let mostPerConnection = 200.0
  static let messageBytes = 100

  let address: String
  private let listener: Int32
  private let state: State

  private final class State: Sendable {
    /// The message that takes longer, in the order in which they come on all connections.
    let slowMessage: Int?
    let count = Mutex(0)

    init(slowMessage: Int?) {
      self.slowMessage = slowMessage
    }

    /// Whether this message is that one.
    func isSlowNow() -> Bool {
      count.withLock {
        $0 += 1
        return $0 == slowMessage
      }
    }
  }

  init(stallingAt slowMessage: Int? = nil) throws {
    let any = try Address(parsing: "127.0.0.1:0")
    let listener = try Socket.listening(on: any)
    address = "\(try listener.boundAddress(requested: any))"
    let descriptor = listener.release()
    // A listener of ours does not block.
    _ = fcntl(descriptor, F_SETFL, 0)
    self.listener = descriptor
    let state = State(slowMessage: slowMessage)
    self.state = state
    Foundation.Thread.detachNewThread {
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        Foundation.Thread.detachNewThread { Self.answer(connection, state) }
      }
    }
  }

  /// Ends the thread that accepts; each connection ends with its client.
  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func answer(_ connection: Int32, _ state: State) {
    var one: Int32 = 1
    setsockopt(
      connection, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    var message = [UInt8](repeating: 0, count: messageBytes)
    while recv(connection, &message, message.count, Int32(MSG_WAITALL)) == message.count {
      usleep(state.isSlowNow() ? 300_000 : 5000)
      guard send(connection, message, message.count, Int32(MSG_NOSIGNAL)) > 0 else { break }
    }
    close(connection)
  }
}
