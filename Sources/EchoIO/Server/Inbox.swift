internal import Glibc

/// Connections dealt to a loop by the one that accepts, until it takes them over.
final class Inbox: Sendable {
  /// nil once the loop is stopping.
  private let connections = Lock<[Int32]?>([])

  deinit {
    shut()
  }

  /// Hands a connection over, from any thread; `wake` has the loop call ``takeAll()``. It is called
  /// under the lock, since a loop that is stopping closes what it is woken by, and only where no
  /// wake-up is on its way already.
  func put(_ connection: Int32, wake: () -> Void) {
    connections.withLock { connections in
      guard let waiting = connections?.count else {
        close(connection)
        return
      }
      connections?.append(connection)
      if waiting == 0 { wake() }
    }
  }

  /// What has come since the last time: the caller's now.
  func takeAll() -> [Int32] {
    connections.withLock { connections in
      defer { if connections != nil { connections = [] } }
      return connections ?? []
    }
  }

  /// Closes what was not taken over, and whatever comes from now on.
  func shut() {
    for connection in connections.withLock({ $0.take() }) ?? [] { close(connection) }
  }
}
