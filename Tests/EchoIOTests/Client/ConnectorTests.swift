import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// Many connections at once, and what there may be too little of.
  struct ConnectorTests {
    @Test func `every connection is made once, and blocks`() throws {
      raiseDescriptorLimit()
      let listener = try Socket.listening(on: RunningServer.loopback)
      let connections = try connect(600, to: try address(of: listener))
      defer { for connection in connections { close(connection) } }
      #expect(connections.count == 600)
      #expect(Set(connections).count == 600)
      #expect(connections.allSatisfy { fcntl($0, F_GETFL) & O_NONBLOCK == 0 })
      var accepted = 0
      while case .connection(let connection) = acceptConnection(
        listener.descriptor, nonblocking: true)
      {
        accepted += 1
        close(connection)
      }
      #expect(accepted == 600)
    }

    @Test func `of a name's addresses all go to the first that answers`() throws {
      let listener = try Socket.listening(on: .internet(host: "127.0.0.2", port: 0))
      let port = try #require(try SocketAddress(boundTo: listener.descriptor).port)
      let candidates = try ["127.0.0.1", "127.0.0.2", "127.0.0.3"].flatMap {
        try SocketAddress.all(of: .internet(host: $0, port: port))
      }
      let resolved = ResolvedAddress(.internet(host: "many.example", port: port), candidates)
      let connections = try Connector(
        50, to: resolved, timeout: .seconds(10), until: try StopSignal()
      ).connect()
      #expect(connections.count == 50)
      for connection in connections { close(connection) }
      _ = listener.descriptor
    }

    @Test func `those that a slow server leaves waiting are made when it accepts`() throws {
      let listener = try Socket.listening(on: RunningServer.loopback)
      let address = try address(of: listener)
      let backlog = 4
      listen(listener.descriptor, Int32(backlog))
      let descriptor = listener.descriptor
      let count = 40
      let over = try StopSignal()
      defer { over.fire() }
      let server = try BoundedWork("server") {
        var accepted: [Int32] = []
        over.wait(timeout: .milliseconds(50))
        // The peer has connections before this end has: what completes them may have been dropped for
        // want of room, and comes again after a second.
        while accepted.count < count, !over.isFired || accepted.count <= backlog + 1 {
          if case .connection(let new) = acceptConnection(descriptor, nonblocking: true) {
            accepted.append(new)
          } else {
            usleep(1000)
          }
        }
        for connection in accepted { close(connection) }
        return accepted.count
      }
      let connections = try connect(count, to: address)
      #expect(connections.count == count)
      over.fire()
      // More than its backlog holds.
      #expect(try server.value() > backlog + 1)
      for connection in connections { close(connection) }
      _ = listener.descriptor
    }

    @Test
    func `a server that accepts no more is a shortage, and the sentence says how many it has`()
      async throws
    {
      await #expect(processExitsWith: .success) {
        try await ThisProcess.letDispatchOpenItsDescriptors()
        let listener = try Socket.listening(on: RunningServer.loopback)
        let address = try listener.boundAddress(requested: RunningServer.loopback)
        listen(listener.descriptor, 4)
        let before = ThisProcess.descriptors
        let error = #expect(throws: SystemError.self) {
          try connect(300, to: address, timeout: .milliseconds(300))
        }
        #expect(ThisProcess.descriptors == before)
        #expect(error?.errno == ETIMEDOUT)
        #expect(error?.isShortage == true && error?.isFailedConnection == true)
        #expect(
          "\(try #require(error))".hasPrefix(
            "connect \(address): Connection timed out. 5 of 300 connections were made, and the next"
              + " was not answered within 300ms. A server that accepts no more"))
        _ = listener.descriptor
      }
    }

    @Test func `connecting many ends at once when it is stopped`() throws {
      let listener = try Socket.listening(on: RunningServer.loopback)
      let address = try address(of: listener)
      listen(listener.descriptor, 0)
      let stop = try StopSignal()
      let attempt = try BoundedWork("connections") {
        do throws(SystemError) {
          _ = try Connector(
            300, to: try ResolvedAddress(address), timeout: .seconds(600), until: stop
          ).connect()
          return Int32(0)
        } catch {
          return error.errno
        }
      }
      stop.wait(timeout: .milliseconds(100))
      stop.fire()
      #expect(try attempt.value() == EINTR)
      _ = listener.descriptor
    }

    @Test func `a unix socket that takes no more is a shortage, too`() throws {
      try withUnixAddress { address in
        let listener = try Socket.listening(on: address)
        listen(listener.descriptor, 4)
        let error = #expect(throws: SystemError.self) {
          try connect(300, to: address, timeout: .milliseconds(200))
        }
        #expect(error?.isShortage == true)
        #expect(error?.remedy.contains("5 of 300 connections were made") == true)
        _ = listener.descriptor
      }
    }

    private func address(of listener: borrowing Socket) throws -> Address {
      try listener.boundAddress(requested: RunningServer.loopback)
    }
  }
}

@discardableResult
private func connect(
  _ count: Int, to address: Address, timeout: TimeSpan = .seconds(30)
) throws -> [Int32] {
  try Connector(
    count, to: try ResolvedAddress(address), timeout: timeout, until: try StopSignal()
  ).connect()
}
