import CLinux
import Glibc
import Synchronization
import Testing

@testable import EchoIO

extension DataPlane {
  /// Connections that end after some messages, and others in their place.
  struct ReconnectTests {
    @Test(arguments: BackendUnderTest.all, Engine.allCases)
    func `every message has a connection of its own`(
      backend: BackendUnderTest, engine: Engine
    ) throws {
      let counters = try withServer(backend) { server in
        let result = try load(server.address, engine) {
          $0.workers = 2
          $0.connections = 2
          $0.reconnect = 1
          $0.stopRule = .messages(30)
        }
        expectValid(result, messages: 60)
        #expect(result.lifetime.bytesReceived == result.lifetime.bytesSent)
        // The last message's connection has none after it.
        #expect(result.connections.made == 58)
        #expect(result.connects?.kind == "connect_time")
        #expect(result.connects?.min ?? 0 > 0)
      }
      #expect(counters.connections == 60)
      #expect(counters.bytesIn == 60_000 && counters.bytesOut == 60_000)
    }

    @Test(arguments: [(10, 1, 1), (6, 3, 1), (8, 2, 4), (4, 1, 4)], Engine.allCases)
    func `a connection has so many messages`(
      shape: (every: Int, depth: Int, block: Int), engine: Engine
    ) throws {
      let counters = try withServer(.named("epoll")) { server in
        let result = try load(server.address, engine) {
          $0.reconnect = shape.every
          $0.pipeline = shape.depth == 1 ? nil : shape.depth
          $0.block = shape.block == 1 ? nil : shape.block
          $0.stopRule = .messages(24 * 5)
        }
        expectValid(result, messages: 120)
      }
      #expect(counters.connections == 120 / UInt64(shape.every))
      #expect(counters.bytesIn == 120_000)
    }

    @Test(arguments: Engine.allCases)
    func `over a unix socket, too`(engine: Engine) throws {
      try withUnixAddress { address in
        let counters = try withServer(.named("epoll"), on: address) { server in
          let result = try load(address, engine) {
            $0.reconnect = 2
            $0.stopRule = .messages(20)
          }
          expectValid(result, messages: 20)
        }
        #expect(counters.connections == 10)
      }
    }

    /// Where a listener has no room, connect(2) waits, and a signal ends the wait.
    @Test(.enabled(if: readProcFile("/proc/thread-self/syscall") != nil))
    func `a signal does not end the making of a connection over a unix socket`() throws {
      try withUnixAddress { address in
        let listener = try Socket.listening(on: address)
        // Room for one.
        listen(listener.descriptor, 0)
        let first = try Socket.connected(to: address, timeout: .seconds(10))
        let target = try ResolvedAddress(address).candidates[0]
        let before = signal(SIGUSR1) { _ in interruptions.add(1, ordering: .relaxed) }
        defer { signal(SIGUSR1, before) }
        let count = interruptions.load(ordering: .relaxed)
        let handle = Lock<pthread_t?>(nil)
        let work = try BoundedWork("one-too-many") {
          // Threads that tests run on may block signals, and theirs inherit that.
          var signals = sigset_t()
          sigemptyset(&signals)
          sigaddset(&signals, SIGUSR1)
          pthread_sigmask(SIG_UNBLOCK, &signals, nil)
          handle.withLock { $0 = pthread_self() }
          var renewal = Renewal(target: target, sockets: .standard, timeout: .seconds(20))
          return connectAnew(&renewal)
        }
        #expect(becomesTrue { callInProgress(ofThread: "one-too-many") == "connect" })
        pthread_kill(try #require(handle.withLock { $0 }), SIGUSR1)
        #expect(becomesTrue { interruptions.load(ordering: .relaxed) == count + 1 })
        guard
          case .connection(let accepted) = acceptConnection(
            listener.descriptor, nonblocking: true)
        else { throw SystemError.last("accept") }
        close(accepted)
        let second = try work.value()
        #expect(second >= 0, "\(String(cString: strerror(-second)))")
        close(second)
        _ = consume first
      }
    }

    @Test(arguments: Engine.allCases)
    func `what a server sends after the last reply of any connection is found`(engine: Engine)
      throws
    {
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        if conversation.index == 2 { try conversation.peer.send([1, 2, 3]) }
      } _: {
        try load($0, engine) {
          $0.reconnect = 1
          $0.stopRule = .messages(20)
        }
      }
      expectInvalid(
        result, .surplus, "the server sent 3 bytes more than it received on connection 0")
    }

    @Test(arguments: Engine.allCases)
    func `a server that does not end a connection is named`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        if conversation.index == 3 { clock.run(until: conversation.over) }
      } _: {
        try load($0, engine, by: clock) {
          $0.reconnect = 1
          $0.timeout = .milliseconds(16)
          $0.stopRule = .messages(20)
        }
      }
      expectInvalid(
        result, .timeout,
        "the server did not close connection 0 within 16ms of the half-close")
    }

    @Test(arguments: Engine.allCases)
    func `a server that is gone is one to which no connection is made anew`(engine: Engine) throws {
      let address = try {
        let listener = try Socket.listening(on: RunningServer.loopback)
        return try listener.boundAddress(requested: RunningServer.loopback)
      }()
      let isListening = try StopSignal()
      let work = try BoundedWork("one") {
        let listener = try Socket.listening(on: address)
        isListening.fire()
        guard waitUntil(listener.descriptor, POLLIN, timeout: .seconds(10)),
          case .connection(let descriptor) = acceptConnection(
            listener.descriptor, nonblocking: false)
        else { return }
        let peer = Peer(owning: descriptor)
        _ = consume listener
        try peer.send(peer.receive(1000))
        _ = try peer.receiveToEnd()
      }
      #expect(isListening.wait(timeout: .seconds(20)))
      let result = try load(address, engine) { $0.reconnect = 1 }
      try work.value()
      #expect(result.broken == [.connect])
      let reason = try #require(result.invalidReasons.first)
      #expect(reason.hasPrefix("connection 0 could not be made anew after message 1: connect "))
      #expect(reason.contains("Connection refused"))
      expectNoNumber(result)
    }

    @Test func `an open loop goes on with what is due on the next connection`() throws {
      let counters = try withServer(.named("epoll")) { server in
        let result = try load(server.address, .event) {
          $0.connections = 4
          $0.rate = 1000
          $0.reconnect = 5
          $0.stopRule = .duration(.milliseconds(500))
        }
        #expect(result.valid)
        // 500 are due, and 100 connections: fewer where the machine is busy, never more.
        #expect((250...520).contains(result.counts.completed))
        #expect(result.connections.made ?? 0 >= result.counts.completed / 5 - 4)
      }
      #expect(counters.connections > 40)
    }

    /// A turn may come while the connection is being made: it must not be forgotten for that.
    @Test(arguments: [(1, 1000), (3, 3000), (5, 10_000)])
    func `in an open loop no connection is lost`(connections: Int, rate: Int) throws {
      try withServer(.named("epoll")) { server in
        let result = try load(server.address, .event) {
          $0.connections = connections
          $0.rate = rate
          $0.reconnect = 1
          $0.timeout = .seconds(2)
          $0.stopRule = .duration(.milliseconds(600))
        }
        #expect(result.invalidReasons == [])
        #expect(result.connections.served == connections)
        #expect(result.connections.fairness ?? 0 > 0.9)
      }
    }

    /// A single thread, so that the order is that of the kernel's queue and nothing else: of two, one may
    /// have to wait for a CPU, with a connection that it has taken, while the other serves all there is.
    @Test func `a pool serves connections in the order in which they were made`() throws {
      try withServer(.named("threads"), threads: 1) { server in
        let result = try load(server.address, .event) {
          $0.connections = 6
          $0.reconnect = 3
          $0.stopRule = .messages(60)
        }
        expectValid(result, messages: 60)
        #expect(result.connections.served == 6)
        // Twenty turns of three messages, for six: three or four each, were it not for the kernel, which
        // may take one handshake before another.
        #expect(result.connections.slowestMessages >= 6)
        #expect(result.connections.fastestMessages <= 15)
      }
    }

    /// Each of them goes on until its own connections have had their messages, however late.
    @Test(arguments: Engine.allCases)
    func `a pool with fewer threads serves everybody in the end`(engine: Engine) throws {
      let counters = try withServer(.named("threads"), threads: 2) { server in
        let result = try load(server.address, engine) {
          $0.workers = 6
          $0.connections = 6
          $0.reconnect = 3
          $0.stopRule = .messages(60)
        }
        expectValid(result, messages: 6 * 60)
        #expect(result.connections.slowestMessages == 60)
        #expect(result.connections.fastestMessages == 60)
      }
      #expect(counters.connections == 6 * 20)
    }
  }
}

/// Signals that a thread has been given.
private let interruptions = Atomic<Int>(0)

/// The system call that a thread of this process is in, by the thread's name; nil while it is in none.
private func callInProgress(ofThread name: String) -> String? {
  for thread in numericEntries("/proc/self/task") {
    let folder = "/proc/self/task/\(thread)"
    guard readProcFile("\(folder)/comm") == "\(name)\n" else { continue }
    let number = readProcFile("\(folder)/syscall")?.split(separator: " ").first
    return number.flatMap { Int32($0) }.flatMap { clinux_call_name($0) }.map(String.init(cString:))
  }
  return nil
}

/// Asks for ten seconds at most.
private func becomesTrue(_ condition: () -> Bool) -> Bool {
  for _ in 0..<10_000 {
    if condition() { return true }
    usleep(1000)
  }
  return condition()
}
