import EchoIO
import FoundationEssentials
import Testing

@testable import EchoSuite

struct SweepTests {
  @Test func `scenarios are the product of the axes`() throws {
    let scenarios = try Plan.reading(
      """
      name: axes
      engines: [blocking, event]
      sizes: [1000, 4k]
      buffers: [512, 4k, 256k]
      twin: false
      servers:
        - backend: threads
        - backend: dispatch
      """
    ).scenarios
    #expect(scenarios.count == 2 * 2 * 3 * 2)
    #expect(Set(scenarios).count == scenarios.count)
    #expect(Set(scenarios.map(\.name)).count == scenarios.count)
    #expect(scenarios[0].name == "threads, 512 buffer, 1000 B, blocking")
    #expect(scenarios[1].name == "threads, 512 buffer, 4 KiB, blocking")
    #expect(scenarios.last?.name == "dispatch, 256k buffer, 4 KiB, 5 workers, event")
  }

  @Test func `the first scenario runs again under another name, last`() throws {
    let scenarios = try Plan.threeServers().scenarios
    let twin = try #require(scenarios.last)
    #expect(scenarios.count { $0.isTwin } == 1)
    #expect(twin == scenarios[0].twin)
    #expect(twin.name == scenarios[0].name + ", again")
  }

  @Test func `the twin is of a scenario that is verified`() throws {
    let scenarios = try Plan.reading(
      """
      name: odd
      servers:
        - backend: threads
          verify: ["off", full]
      """
    ).scenarios
    #expect(scenarios.map(\.load.verification) == [.off, .full, .full])
    #expect(scenarios.map(\.isTwin) == [false, false, true])
  }

  @Test func `no twin runs where none is wanted`() throws {
    let scenarios = try Plan.reading(
      "{name: plain, twin: false, servers: [{backend: threads}]}"
    ).scenarios
    #expect(!scenarios.contains { $0.isTwin })
  }

  @Test func `a command that takes no buffer size has no buffer axis`() throws {
    let scenarios = try Plan.reading(
      """
      name: commands
      buffers: [4k, 64k]
      twin: false
      servers:
        - {name: fixed, command: "serve {address}"}
        - {name: free, command: "serve {address} {buffer_size}"}
      """
    ).scenarios
    #expect(scenarios.map(\.server.bufferBytes) == [nil, 4096, 65536])
    #expect(scenarios[0].name == "fixed, 1000 B, blocking")
  }

  @Test func `a server's own buffers go before the suite's`() throws {
    let scenarios = try Plan.reading(
      """
      name: own
      buffers: [4k]
      twin: false
      servers:
        - {backend: threads, buffers: [8k, 16k]}
        - {backend: dispatch}
      """
    ).scenarios
    #expect(scenarios.map(\.server.bufferBytes) == [8192, 16384, 4096])
  }

  @Test func `of buffers that fit a message the smallest and the largest are swept`() throws {
    let scenarios = try Plan.reading(
      """
      {name: buffers, sizes: [1000, 16k], buffers: [256k, 4k, 16k, 8k, 64k], twin: false,
      servers: [{backend: threads}, {backend: libuv, buffers: [64k, 128k, 256k]}]}
      """
    ).scenarios
    func buffers(_ server: String, _ size: Int) -> [Int] {
      scenarios.filter { $0.server.name == server && $0.load.size.bytes == size }
        .compactMap { $0.server.bufferBytes.map { $0 >> 10 } }
    }
    #expect(buffers("threads", 1000) == [256, 4])
    #expect(buffers("threads", 16384) == [256, 4, 16, 8])
    #expect(buffers("libuv", 1000) == [64, 256])
  }

  @Test func `threads are swept, each number a server with a name of its own`() throws {
    let plan = try Plan.reading(
      """
      name: threads
      buffers: [4k, 64k]
      threads: [1, 2]
      twin: false
      servers:
        - {backend: libuv, buffers: 4k}
        - {backend: dispatch}
        - {backend: threads, threads: 8, against: dispatch}
        - {name: mine, command: "serve {address}"}
        - {backend: libuv, name: wide, threads: [2, 4], against: dispatch}
      """)
    let servers = plan.scenarios.map(\.server)
    #expect(
      servers.map(\.name) == [
        "libuv/1", "libuv/2", "dispatch/1", "dispatch/1", "dispatch/2", "dispatch/2", "threads",
        "threads", "mine", "wide/2", "wide/2", "wide/4", "wide/4",
      ])
    #expect(servers.map(\.threads) == [1, 2, 1, 1, 2, 2, 8, 8, nil, 2, 2, 4, 4])
    let against = Dictionary(servers.map { ($0.name, $0.against) }) { first, _ in first }
    #expect(against["libuv/2"] == .some(nil))
    #expect(against["dispatch/1"] == "libuv/1" && against["dispatch/2"] == "libuv/2")
    #expect(against["threads"] == "dispatch/1")
    #expect(against["wide/2"] == "dispatch/2" && against["wide/4"] == "dispatch/1")
    #expect(against["mine"] == .some(nil))
    #expect(plan.problem == nil)
  }

  @Test func `rates, arrivals, depths and blocks are swept like sizes`() throws {
    let scenarios = try Plan.reading(
      """
      name: paced
      connections: 10
      event_workers: 1
      rates: [closed, 20k, 50k]
      pipelines: [1, 16]
      blocks: [1, 4]
      twin: false
      servers: [{backend: threads}]
      """
    ).scenarios
    #expect(scenarios.count == 3 * 2 * 2)
    #expect(Set(scenarios.map(\.load.rate)) == [nil, 20_000, 50_000])
    #expect(Set(scenarios.map(\.load.pipeline)) == [nil, 16])
    #expect(Set(scenarios.map(\.load.block)) == [nil, 4])
    #expect(scenarios.allSatisfy { $0.load.engine == .event })
    #expect(
      scenarios.last?.name == "threads, 64k buffer, 1000 B, 10 connections, 50,000/s, event,"
        + " pipeline 16, blocks of 4")
  }

  @Test func `how long connections last is swept, too`() throws {
    let loads = try Plan.reading(
      "{name: a, reconnects: [never, every=1, every=10], twin: false, servers: [{backend: libuv}]}"
    ).scenarios.map(\.load)
    #expect(loads.map(\.reconnect) == [nil, 1, 10])
  }

  @Test func `how messages arrive is swept, too`() throws {
    let scenarios = try Plan.reading(
      "{name: a, rates: 1k, arrivals: [steady, poisson], twin: false, servers: [{backend: libuv}]}"
    ).scenarios
    #expect(scenarios.map(\.load.arrival) == [nil, .poisson])
    // A rate is the event engine's.
    #expect(scenarios.map(\.load.engine) == [.event, .event])
  }

  @Test func `transports are swept, and what is compared is of one`() throws {
    let plan = try Plan.reading(
      """
      name: transports
      transports: [tcp, tcp6, unix]
      twin: false
      servers: [{backend: epoll}, {backend: libuv}]
      """)
    #expect(plan.scenarios.map(\.load.transport) == [.tcp, .tcp6, .unix, .tcp, .tcp6, .unix])
    #expect(
      plan.scenarios.prefix(3).map(\.name) == [
        "epoll, 64k buffer, 1000 B, blocking", "epoll, 64k buffer, 1000 B, blocking, tcp6",
        "epoll, 64k buffer, 1000 B, blocking, unix",
      ])
    #expect(plan.blocks == [[0, 3], [1, 4], [2, 5]])
    #expect(plan.problem == nil)
  }

  @Test func `the sockets of the client are swept`() throws {
    let scenarios = try Plan.reading(
      """
      name: sockets
      nodelay: [on, off]
      send_buffers: [auto, 64k]
      receive_buffers: 8k
      twin: false
      servers: [{backend: epoll}]
      """
    ).scenarios
    #expect(Set(scenarios.map(\.name)).count == 4)
    #expect(scenarios.map(\.load.sockets.nodelay) == [true, true, false, false])
    #expect(scenarios.map { $0.load.sendBuffer?.bytes } == [nil, 65536, nil, 65536])
    #expect(scenarios.allSatisfy { $0.load.receiveBuffer?.bytes == 8192 })
    #expect(scenarios.allSatisfy { $0.server.sockets == nil })
  }

  @Test func `a backend's own sockets are its server's, and part of the name`() throws {
    let plan = try Plan.reading(
      """
      name: sockets
      twin: false
      servers:
        - {backend: epoll, nodelay: on}
        - {backend: epoll, name: slow, nodelay: off, send_buffer: 64k, receive_buffer: 4k}
      """)
    #expect(plan.scenarios[0].server.sockets == nil)
    let server = plan.scenarios[1].server
    #expect(
      server.sockets?.arguments == [
        "--nodelay", "off", "--send-buffer", "64k", "--receive-buffer", "4k",
      ])
    #expect(
      plan.scenarios[1].name
        == "slow, 64k buffer, server nodelay off, server send buffer 64k, server receive buffer 4k,"
        + " 1000 B, blocking")
    let document = try JSONEncoder().encode(plan)
    #expect(try JSONDecoder().decode(Plan.self, from: document) == plan)
  }

  @Test func `what a scenario is made of reaches it`() throws {
    let scenario = try #require(
      try Plan.reading(
        """
        name: detail
        workers: 4
        connections: 12
        client_cpus: 2-3
        servers:
          - {backend: threads, name: wide, threads: 16, cpus: "0,1", published_as: threads}
        """
      ).scenarios.first)
    #expect(
      scenario
        == Scenario(
          server: Server(
            name: "wide", kind: .backend(name: "threads"), threads: 16, bufferBytes: 65536,
            cpus: "0,1", publishedAs: "threads"),
          load: Load(workers: 4, connections: 12), clientCPUs: "2,3"))
  }
}
