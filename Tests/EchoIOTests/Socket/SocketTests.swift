import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// Files that are in the way of a socket, and connections that do not come about.
  @Suite struct SocketTests {
    @Test func `a file that is not a socket is neither replaced nor removed`() throws {
      try withUnixAddress { address in
        let path = address.path
        defer { unlink(path) }
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        let error = #expect(throws: SystemError.self) { _ = try Socket.listening(on: address) }
        #expect(
          error?.description
            == "bind \(address): Address already in use. That file is not a socket and stays as it"
            + " is. Choose another with --address.")
        #expect(SocketFile(of: address) == nil)
        #expect(access(path, F_OK) == 0)
      }
    }

    @Test func `a link to the socket of a server that is gone stays`() throws {
      try withUnixAddress { address in
        do { _ = try Socket.listening(on: address) }
        let link = address.path + "-link"
        defer { unlink(link) }
        #expect(symlink(address.path, link) == 0)
        let error = #expect(throws: SystemError.self) {
          _ = try Socket.listening(on: .unix(path: link))
        }
        #expect(error?.errno == EADDRINUSE)
        #expect(SocketFile(of: .unix(path: link)) == nil)
        var status = stat()
        #expect(lstat(link, &status) == 0)
      }
    }

    @Test func `a server that stops leaves the socket file that another has put in its place`()
      throws
    {
      try withUnixAddress { address in
        let first = try Socket.listening(on: address)
        let file = try #require(SocketFile(of: address))
        unlink(address.path)
        let second = try Socket.listening(on: address)
        withExtendedLifetime(first) { file.remove() }
        _ = try Socket.connected(to: address, timeout: .seconds(5))
        let own = try #require(SocketFile(of: address))
        withExtendedLifetime(second) { own.remove() }
        #expect(access(address.path, F_OK) != 0)
      }
    }

    @Test func `of servers that start at once one takes over the file of one that is gone`() async {
      await #expect(processExitsWith: .success) {
        try withUnixAddress { address in
          for _ in 0..<200 {
            do { _ = try Socket.listening(on: address) }
            let start = try StopSignal()
            let servers = try (0..<4).map { index in
              try BoundedWork("server-\(index)") {
                start.wait()
                return try? Socket.listening(on: address).release()
              }
            }
            start.fire()
            let listeners = try servers.compactMap { try $0.value() }
            #expect(listeners.count == 1)
            #expect((try? Socket.connected(to: address, timeout: .seconds(5))) != nil)
            for listener in listeners { close(listener) }
          }
        }
      }
    }

    @Test func `a listener whose backlog is full is there, and is not waited for`() throws {
      try withUnixAddress { address in
        try withFullBacklog(on: address) { address in
          let attempt = try BoundedWork("second listener") {
            do throws(SystemError) {
              _ = try Socket.listening(on: address)
              return Int32(0)
            } catch {
              return error.errno
            }
          }
          #expect(try attempt.value(within: .seconds(10)) == EADDRINUSE)
          #expect(access(address.path, F_OK) == 0)
        }
      }
    }

    @Test func `connecting to a unix socket ends at once when it is stopped`() throws {
      try withUnixAddress { try withFullBacklog(on: $0, expectInterruption) }
    }

    @Test func `connecting over TCP ends at once when it is stopped`() throws {
      try withFullBacklog(on: RunningServer.loopback, expectInterruption)
    }

    private func expectInterruption(_ address: Address) throws {
      let stop = try StopSignal()
      let start = monotonicNow()
      let attempt = try BoundedWork("connection") {
        do throws(SystemError) {
          _ = try Socket.connected(to: address, timeout: .seconds(30), until: stop)
          return Int32(0)
        } catch {
          return error.errno
        }
      }
      stop.wait(timeout: .milliseconds(200))
      stop.fire()
      #expect(try attempt.value() == EINTR)
      #expect(monotonicNow() - start < 10_000_000_000)
    }

    @Test func `a connection that has been made counts, however late somebody looks`() throws {
      let listener = try Socket.listening(on: RunningServer.loopback)
      let address = try listener.boundAddress(requested: RunningServer.loopback)
      _ = try Socket.connected(to: address, timeout: .milliseconds(0))
    }

    /// Lends a listener that takes no more connections.
    private func withFullBacklog(on address: Address, _ body: (Address) throws -> Void) throws {
      let listener = try Socket.listening(on: address)
      let bound = try listener.boundAddress(requested: address)
      // listen(2) again makes the backlog shorter: one connection waits, and one more.
      listen(listener.descriptor, 0)
      var waiting: [Peer] = []
      while waiting.count < 10,
        let socket = try? Socket.connected(to: bound, timeout: .milliseconds(200))
      {
        waiting.append(Peer(owning: socket.release()))
      }
      try #require(waiting.count < 10)
      try body(bound)
      _ = listener.descriptor
    }
  }
}

extension Address {
  /// Of a unix socket.
  fileprivate var path: String {
    if case .unix(let path) = self { path } else { "" }
  }
}
