import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  struct ListenersTests {
    @Test(arguments: [
      ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "::1"), ("::", "127.0.0.1"),
      ("::", "::1"), ("::ffff:127.0.0.1", "127.0.0.1"),
    ])
    func `a listener is found where connections reach it`(bound: String, asked: String) throws {
      let listener = try Socket.listening(on: .internet(host: bound, port: 0))
      guard
        case .internet(_, let port) = try listener.boundAddress(
          requested: .internet(host: bound, port: 0))
      else { return }
      let own = inode(of: listener.descriptor)
      #expect(Listeners.inodes(at: .internet(host: asked, port: port)) == [own])
      #expect(Listeners.tcpInodes(try #require(NumericHost(asked)), port) == [own])
      #expect(
        Listeners.inodes(at: .internet(host: "127.0.0.2", port: port)).isEmpty
          == (!["0.0.0.0", "::"].contains(bound)))
    }

    @Test func `a bound socket, and a connection, are no listeners`() throws {
      let listener = try Socket.listening(on: .internet(host: "127.0.0.1", port: 0))
      let address = try listener.boundAddress(requested: .internet(host: "127.0.0.1", port: 0))
      let connection = try Socket.connected(to: address, timeout: .seconds(10))
      #expect(Listeners.inodes(at: address).count == 1)
      let own = try SocketAddress(boundTo: connection.descriptor)
      #expect(Listeners.inodes(at: .internet(host: "127.0.0.1", port: own.port ?? 0)) == [])
      #expect(Listeners.tcpInodes(try #require(NumericHost("127.0.0.1")), own.port ?? 0) == [])
    }

    @Test func `a unix socket is found by its path`() throws {
      try withUnixAddress { address in
        #expect(Listeners.inodes(at: address) == [])
        let listener = try Socket.listening(on: address)
        #expect(Listeners.inodes(at: address) == [inode(of: listener.descriptor)])
      }
    }

    @Test func `who holds a socket is found, or said to be somebody else`() throws {
      let listener = try Socket.listening(on: .internet(host: "127.0.0.1", port: 0))
      let address = try listener.boundAddress(requested: .internet(host: "127.0.0.1", port: 0))
      let sockets = Listeners.inodes(at: address)
      #expect(ProcessFamily(of: getpid()).holder(of: sockets) == .member)
      try Shell.with("read go") { shell in
        guard case .other(let process, let name) = ProcessFamily(of: shell.id).holder(of: sockets)
        else {
          Issue.record("nobody else holds it")
          return
        }
        #expect(process == getpid())
        #expect(!name.isEmpty)
      }
    }

    private func inode(of descriptor: Int32) -> UInt64 {
      var status = stat()
      fstat(descriptor, &status)
      return UInt64(status.st_ino)
    }
  }
}
