import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// What sockets are set to, on both sides, and what the kernel makes of it.
  @Suite struct SocketOptionsTests {
    private static let asked = SocketOptions(
      nodelay: false, sendBuffer: ByteCount(32 << 10), receiveBuffer: ByteCount(48 << 10))

    @Test(arguments: [.standard, asked])
    func `what a listener accepts is set as it is`(options: SocketOptions) throws {
      let listener = try Socket.listening(on: RunningServer.loopback, sockets: options)
      let address = try listener.boundAddress(requested: RunningServer.loopback)
      let connected = try Socket.connected(
        to: address, timeout: .seconds(5), sockets: SocketOptions(nodelay: !options.nodelay))
      let accepted = try accept(listener)
      let state = try SocketState(of: accepted)
      #expect(state.nodelay == options.nodelay)
      #expect(try SocketState(of: connected).nodelay == !options.nodelay)
      guard options != .standard else { return }
      // The kernel doubles it (socket(7)).
      #expect(state.sendBufferBytes == 64 << 10 && state.receiveBufferBytes == 96 << 10)
    }

    @Test func `a unix socket has buffers, and nothing that it could hold back`() throws {
      try withUnixAddress { address in
        let options = SocketOptions(sendBuffer: ByteCount(32 << 10))
        let listener = try Socket.listening(on: address, sockets: options)
        let connected = try Socket.connected(to: address, timeout: .seconds(5), sockets: options)
        let accepted = try accept(listener)
        #expect(Handover(from: listener.descriptor, nil).takes(accepted.descriptor))
        for state in [try SocketState(of: connected), try SocketState(of: accepted)] {
          #expect(state.nodelay == nil)
          #expect(state.sendBufferBytes == 64 << 10)
        }
      }
    }

    @Test func `a listener that nobody set has nothing to hand over`() throws {
      try withUnixAddress { address in
        let listener = try Socket.listening(on: address)
        let connected = try Socket.connected(
          to: address, timeout: .seconds(5), sockets: SocketOptions(sendBuffer: ByteCount(32 << 10))
        )
        #expect(Handover(from: listener.descriptor, nil).takes(connected.descriptor))
        #expect(try SocketState(of: connected).sendBufferBytes == 64 << 10)
      }
    }

    /// A preload library may have every socket be one of those.
    @Test
    func `a connection of multipath TCP, which refuses an option for urgent data, is as good`()
      throws
    {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), Int32(IPPROTO_MPTCP))
      // A kernel without it.
      guard descriptor >= 0 else { return }
      defer { close(descriptor) }
      #expect(keepUrgentDataInLine(descriptor) == 0)
      #expect(keepUrgentDataInLine(-1) == EBADF)
    }

    @Test func `many connections are made with the options of one`() throws {
      let listener = try Socket.listening(on: RunningServer.loopback)
      let address = try listener.boundAddress(requested: RunningServer.loopback)
      let connections = try Connector(
        20, to: try ResolvedAddress(address), timeout: .seconds(10), sockets: Self.asked,
        until: try StopSignal()
      ).connect()
      defer { for connection in connections { close(connection) } }
      for connection in connections {
        let state = try SocketState(of: connection)
        #expect(state.nodelay == false)
        #expect(state.sendBufferBytes == 64 << 10 && state.receiveBufferBytes == 96 << 10)
      }
      _ = listener.descriptor
    }

    @Test func `what the kernel does not give is told`() throws {
      let options = SocketOptions(sendBuffer: ByteCount(1 << 30))
      let state = try SocketState(
        of: Socket.listening(on: RunningServer.loopback, sockets: options))
      #expect(state.sendBufferBytes < 2 << 30)
      let given = ByteCount(state.sendBufferBytes)
      #expect(state.text(asked: options) == "send buffer 1 GiB asked for, \(given) given")
      #expect(state.text(asked: .standard) == nil)
      #expect(
        state.text(asked: SocketOptions(nodelay: false, receiveBuffer: ByteCount(1)))
          == "nodelay off, receive buffer 1 B asked for,"
          + " \(ByteCount(state.receiveBufferBytes)) given")
    }

    @Test(arguments: BackendUnderTest.all)
    func `a backend serves with the options of its listener`(backend: BackendUnderTest) throws {
      let message = scrambledBytes(200_000)
      let counters = try withServer(backend, bufferSize: 4096, sockets: Self.asked) { server in
        let peer = try Peer(server.address)
        #expect(try peer.echoDifference(message) == nil)
        let states = try accepted(by: server).map { try SocketState(of: $0) }
        #expect(states.count == 1)
        for state in states {
          #expect(state.nodelay == false)
          #expect(state.sendBufferBytes == 64 << 10 && state.receiveBufferBytes == 96 << 10)
        }
      }
      #expect(counters.bytesOut == UInt64(message.count))
    }

    @Test(arguments: BackendUnderTest.all)
    func `so does one on a unix socket`(backend: BackendUnderTest) throws {
      let message = scrambledBytes(200_000)
      try withUnixAddress { address in
        let options = SocketOptions(sendBuffer: ByteCount(32 << 10))
        let counters = try withServer(backend, on: address, sockets: options) { server in
          let peer = try Peer(server.address)
          #expect(try peer.echoDifference(message) == nil)
          let states = try accepted(by: server).map { try SocketState(of: $0) }
          #expect(states.map(\.sendBufferBytes) == [64 << 10])
        }
        #expect(counters.bytesOut == UInt64(message.count))
      }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a backend that is told nothing holds nothing back`(backend: BackendUnderTest) throws {
      try withServer(backend) { server in
        let peer = try Peer(server.address)
        #expect(try peer.echoDifference(scrambledBytes(1000)) == nil)
        #expect(try accepted(by: server).map { try SocketState(of: $0).nodelay } == [true])
      }
    }

    @Test func `what cannot be set or asked for is told`() {
      let nothing: Int32 = -1
      #expect(prepareSocket(nothing, AF_INET, .standard) == EBADF)
      #expect(prepareSocket(nothing, AF_UNIX, Self.asked) == EBADF)
      #expect(setBlocking(nothing, true) == EBADF)
      #expect(setReceiveTimeout(nothing, .seconds(1)) == EBADF)
      #expect(setSendTimeout(nothing, .seconds(1)) == EBADF)
      #expect(pendingError(of: nothing) == EBADF)
      #expect(throws: SystemError("fcntl", errno: EBADF)) { try setNonblocking(nothing) }
      #expect(throws: SystemError("getsockopt", errno: EBADF)) { try SocketState(of: nothing) }
      #expect(throws: SystemError("getsockopt", errno: EBADF)) { try Transport(of: nothing) }
    }

    @Test func `a client whose receives would not come back does not begin`() throws {
      let listener = try Socket.listening(on: RunningServer.loopback)
      let workload = Workload(
        address: try listener.boundAddress(requested: RunningServer.loopback),
        load: Load(engine: .blocking, workers: 1, connections: 1))
      let connections = try connectAll(workload, until: try StopSignal())
      defer { disconnect(connections) }
      // In the place of the connection, what has no options.
      let other = try StopSignal()
      #expect(dup2(other.descriptor, connections[0].descriptor) >= 0)
      #expect(throws: SystemError("setsockopt", errno: ENOTSOCK)) {
        try BlockingEngine.bound(connections, by: .seconds(1))
      }
    }

    private func accept(_ listener: borrowing Socket) throws -> Socket {
      #expect(waitUntil(listener.descriptor, POLLIN, timeout: .seconds(5)))
      guard
        case .connection(let connection) = acceptConnection(
          listener.descriptor, nonblocking: true)
      else { throw SystemError("accept", errno: EAGAIN) }
      return Socket(owning: connection)
    }

    /// The descriptors of a server's own ends, which are of this process: connected, and bound where it
    /// listens.
    private func accepted(by server: RunningServer) throws -> [Int32] {
      let place = name(of: server.listener, getsockname)
      return ThisProcess.descriptors.keys.filter {
        $0 != server.listener && name(of: $0, getpeername) != nil
          && name(of: $0, getsockname) == place
      }
    }

    /// The bytes of an address of a socket; nil where it has none.
    private func name(
      of descriptor: Int32,
      _ call: (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32
    ) -> [UInt8]? {
      var bytes = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_storage>.size)
      var length = socklen_t(bytes.count)
      let result = bytes.withUnsafeMutableBytes {
        call(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
      }
      return result == 0 ? Array(bytes.prefix(Int(length))) : nil
    }
  }
}
