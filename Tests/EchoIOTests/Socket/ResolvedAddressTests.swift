import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// A host name that stands for several addresses.
  @Suite struct ResolvedAddressTests {
    @Test func `every address is tried in turn, and the one that answers is kept`() throws {
      let listener = try Socket.listening(on: .internet(host: "127.0.0.2", port: 0))
      let port = try self.port(of: listener)
      var resolved = try addresses(["127.0.0.1", "127.0.0.2", "127.0.0.3"], port: port)
      for _ in 0..<2 {
        _ = try Socket.connected(to: &resolved, timeout: .seconds(5))
        #expect(resolved.candidates.map(\.port) == [port])
      }
      _ = listener.descriptor
    }

    @Test func `the error is that of the last address`() throws {
      let listener = try Socket.listening(on: .internet(host: "127.0.0.1", port: 0))
      let port = try self.port(of: listener)
      // Of its addresses, none can be reached, and the last refuses.
      var resolved = try addresses(["255.255.255.255", "127.0.0.2"], port: port)
      let error = #expect(throws: SystemError.self) {
        _ = try Socket.connected(to: &resolved, timeout: .seconds(5))
      }
      #expect(error?.errno == ECONNREFUSED)
      #expect(error?.isFailedConnection == true)
      #expect(error?.call == "connect many.example:\(port)")
      #expect(resolved.candidates.count == 2)
      _ = listener.descriptor
    }

    @Test func `an address that does not answer leaves the others their time`() throws {
      let silent = try Socket.listening(on: .internet(host: "127.0.0.1", port: 0))
      let port = try self.port(of: silent)
      let waiting = try fill(silent, port)
      let answering = try Socket.listening(on: .internet(host: "127.0.0.2", port: port))
      var resolved = try addresses(["127.0.0.1", "127.0.0.2"], port: port)
      _ = try Socket.connected(to: &resolved, timeout: .milliseconds(600))
      #expect(resolved.candidates.count == 1)
      for peer in waiting { peer.hangUp() }
      _ = (silent.descriptor, answering.descriptor)
    }

    @Test func `a name is listened on at the first address that this machine has`() throws {
      // 192.0.2.0/24 is for documentation (RFC 5737): nobody has it.
      let resolved = try addresses(["192.0.2.1", "127.0.0.1"], port: 0)
      let listener = try Socket.listening(on: resolved)
      let port = try port(of: listener)
      _ = try Socket.connected(
        to: .internet(host: "127.0.0.1", port: port), timeout: .seconds(5))
    }

    @Test func `an address that is taken is not passed over`() throws {
      let taken = try Socket.listening(on: .internet(host: "127.0.0.1", port: 0))
      let port = try self.port(of: taken)
      let resolved = try addresses(["127.0.0.1", "127.0.0.2"], port: port)
      let error = #expect(throws: SystemError.self) { _ = try Socket.listening(on: resolved) }
      #expect(error?.errno == EADDRINUSE)
      _ = taken.descriptor
    }

    @Test func `a failure to connect is told by its phase`() {
      let text = SystemError("connect 127.0.0.1:1", errno: ECONNREFUSED)
      #expect(!text.isFailedConnection)
      let phase = SystemError("anything", errno: ECONNREFUSED, phase: .connect)
      #expect(phase.isFailedConnection)
      #expect(!SystemError("anything", errno: EINTR, phase: .connect).isFailedConnection)
    }

    private func port(of listener: borrowing Socket) throws -> UInt16 {
      try #require(try SocketAddress(boundTo: listener.descriptor).port)
    }

    private func addresses(_ hosts: [String], port: UInt16) throws -> ResolvedAddress {
      ResolvedAddress(
        .internet(host: "many.example", port: port),
        try hosts.flatMap { try SocketAddress.all(of: .internet(host: $0, port: port)) })
    }

    /// Connects until nobody is taken any more.
    private func fill(_ listener: borrowing Socket, _ port: UInt16) throws -> [Peer] {
      listen(listener.descriptor, 0)
      var waiting: [Peer] = []
      while waiting.count < 10,
        let socket = try? Socket.connected(
          to: .internet(host: "127.0.0.1", port: port), timeout: .milliseconds(200))
      {
        waiting.append(Peer(owning: socket.release()))
      }
      try #require(waiting.count < 10)
      return waiting
    }
  }
}
