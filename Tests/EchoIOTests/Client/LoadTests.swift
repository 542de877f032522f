import Testing

@testable import EchoIO

struct LoadTests {
  @Test func `a load is read back from its arguments`() throws {
    let load = Load(
      engine: .event, workers: 2, connections: 9, idle: 70, size: ByteCount(4096),
      verification: .length)
    let pairs = stride(from: 0, to: load.arguments.count, by: 2).map {
      (String(load.arguments[$0].dropFirst(2)), load.arguments[$0 + 1])
    }
    #expect(try Load(Dictionary(uniqueKeysWithValues: pairs)) == load)
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
