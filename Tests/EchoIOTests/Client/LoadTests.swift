import FoundationEssentials
import Testing

@testable import EchoIO

struct LoadTests {
  @Test func `a load is read back from its arguments`() throws {
    var load = Load(
      engine: .event, workers: 2, connections: 9, idle: 70, size: ByteCount(4096),
      verification: .length)
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
