import FoundationEssentials
import Testing

@testable import EchoIO

struct LoadTests {
  @Test func `a load is read back from its arguments`() throws {
    var load = Load(
      engine: .event, workers: 2, connections: 9, idle: 70, size: ByteCount(4096),
      verification: .length)
    load.rate = 50_000
    load.arrival = .poisson
    load.pipeline = 8
    load.block = 3
    load.reconnect = 24
    load.nodelay = false
    load.sendBuffer = ByteCount(64 << 10)
    load.receiveBuffer = ByteCount(1000)
    let pairs = stride(from: 0, to: load.arguments.count, by: 2).map {
      (String(load.arguments[$0].dropFirst(2)), load.arguments[$0 + 1])
    }
    #expect(try Load(Dictionary(uniqueKeysWithValues: pairs)) == load)
  }

  @Test func `what is as everywhere is not part of a load`() throws {
    let texts = [
      "nodelay": "on", "send-buffer": "auto", "receive-buffer": "auto", "transport": "tcp",
    ]
    #expect(try Load(texts) == Load())
    #expect(try Load(texts).labels == Load().labels)
    #expect(Load().sockets == .standard)
    let document = String(decoding: try JSONEncoder().encode(Load()), as: UTF8.self)
    for key in ["nodelay", "send_buffer_bytes", "receive_buffer_bytes", "transport"] {
      #expect(!document.contains(key))
    }
  }

  @Test func `what differs is told in a name, and read back from a document`() throws {
    let load = try Load([
      "nodelay": "off", "send-buffer": "64k", "receive-buffer": "1000", "transport": "tcp6",
    ])
    #expect(
      load.labels.suffix(4) == [
        "tcp6", "client nodelay off", "client send buffer 64k", "client receive buffer 1000",
      ])
    #expect(try JSONDecoder().decode(Load.self, from: try JSONEncoder().encode(load)) == load)
  }

  @Test func `the transport is in the address, and no option of the client`() throws {
    let arguments = try Load(["transport": "unix"]).arguments
    #expect(!arguments.contains("--transport") && !arguments.contains("unix"))
  }

  @Test(arguments: [
    (["nodelay": "maybe"], "nodelay", "must be of on, off"),
    (["transport": "udp"], "transport", "must be of tcp, tcp6, unix"),
    (
      ["transport": "unix", "nodelay": "off"], "nodelay",
      "must be on with a unix socket, which holds nothing back"
    ),
    (
      ["transport": "unix", "receive-buffer": "4k"], "receive-buffer",
      "must be left to the kernel with a unix socket: what is on its way is in the send buffer of"
        + " the other end (unix(7))"
    ),
    (["send-buffer": "2G"], "send-buffer", "must be at most 1G"),
    (["size": "1025M"], "size", "must be at most 1G"),
    (
      ["receive-buffer": "0"], "receive-buffer",
      "must be a whole number of bytes, at least 1, such as 1000 or 64k"
    ),
  ])
  func `a socket that cannot be is refused`(texts: [String: String], axis: String, rule: String) {
    let error = #expect(throws: LoadError.self) { try Load(texts) }
    #expect(error?.axis.name == axis)
    #expect(error?.rule == rule)
  }

  @Test func `what is not there is not passed on`() throws {
    #expect(!Load().arguments.contains("--idle-connections"))
    #expect(try Load(["idle-connections": "0"]).idle == nil)
    #expect(
      try Load(["idle-connections": "10k"]).arguments.suffix(2) == ["--idle-connections", "10000"])
  }

  @Test func `a flag is passed on without a value`() throws {
    #expect(try Load(["rate": "1k", "spin": "on"]).arguments.contains("--spin"))
    #expect(try !Load(["rate": "1k", "spin": "off"]).arguments.contains("--spin"))
    #expect(try Load(["spin": "on", "rate": "1k"]).spins)
  }

  @Test(arguments: [
    (["rate": "0"], "must be at least 1"),
    (["rate": "200M"], "must be at most 100000000"),
    (
      ["rate": "10", "engine": "blocking"],
      "must be event where there is a rate: the blocking engine waits for each reply"
    ),
    (["arrival": "poisson"], "is for an open loop: give a rate, too"),
    (["arrival": "bursty"], "must be of steady, poisson"),
    (["spin": "on"], "is for an open loop: give a rate, too"),
    (["pipeline": "0"], "must be at least 1"),
    (["pipeline": "2M"], "must be at most 1048576"),
    (
      ["pipeline": "1M", "connections": "100"],
      "is too much for 100 connections: more than 16,777,216 blocks in flight"
    ),
    (
      ["block": "1000", "size": "1G"],
      "and --pipeline must not have more than 16 GiB in flight on a connection"
    ),
    (["reconnect": "5"], "must be every=N, such as every=1"),
    (["reconnect": "every=0"], "must be at least 1"),
    (["reconnect": "every=5", "block": "2"], "must be whole blocks of 2 messages"),
    (
      ["reconnect": "every=5", "verify": "off"],
      "needs replies to be verified, to know when they are all there"
    ),
  ])
  func `what cannot be is refused in words`(texts: [String: String], rule: String) {
    let error = #expect(throws: LoadError.self) { try Load(texts) }
    #expect(error?.rule == rule)
  }

  @Test func `with a rate the engine is event, unless it is said to be another`() throws {
    #expect(try Load(["rate": "10"]).engine == .event)
    #expect(try Load([:]).engine == .blocking)
  }

  @Test(arguments: [
    (["idle-connections": "70k"], "must be at most 59995"),
    (["idle-connections": "60k", "connections": "60k"], "must be at most 1"),
    (["idle-connections": "-1"], "must be at least 1"),
  ])
  func `idle connections count with the others`(texts: [String: String], rule: String) {
    let error = #expect(throws: LoadError.self) { try Load(texts) }
    #expect(error?.axis.name == "idle-connections")
    #expect(error?.rule == rule)
  }
}
