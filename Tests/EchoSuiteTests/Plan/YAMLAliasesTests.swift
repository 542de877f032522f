import EchoIO
import Testing

@testable import EchoSuite

struct YAMLAliasesTests {
  private static let servers = "servers: [{backend: threads}]\n"

  @Test func `an alias stands for what has its anchor`() throws {
    let file = try read(
      """
      name: &name aliases
      about: *name
      sizes: &sizes [64, 1k]
      buffers: *sizes
      servers: [{backend: threads, buffers: [*b4]}]
      """.replacing("*b4", with: "4k"))
    #expect(file.about == "aliases")
    #expect(file.sweep.buffers.map(\.bytes) == [64, 1024])
  }

  @Test func `the last anchor of a name is meant`() throws {
    let file = try read("x-a: &a one\nx-b: &a two\nname: a\nabout: *a\n" + Self.servers)
    #expect(file.about == "two")
  }

  @Test func `a mapping has the keys that it merges, and its own win`() throws {
    let file = try read(
      """
      name: merged
      x-common: &common
        backend: libuv
        threads: [1, 2]
        nodelay: off
      servers:
        - <<: *common
          name: a
        - name: b
          <<: *common
          threads: 4
        - {<<: *common, name: c, nodelay: on}
      """)
    let entries = file.sweep.entries
    #expect(entries.map(\.name) == ["a", "b", "c"])
    #expect(entries.map(\.threads) == [[1, 2], [4], [1, 2]])
    #expect(entries.map { $0.sockets?.nodelay ?? true } == [false, false, true])
  }

  @Test func `of several that are merged the first wins, and merged ones may merge`() throws {
    let file = try read(
      """
      name: list
      x-base: &base {backend: epoll, threads: 1, buffers: 4k}
      x-four: &four {threads: 4}
      x-both: &both {<<: *base, buffers: 8k}
      servers:
        - {<<: [*four, *base], name: a}
        - {<<: [*base, *four], name: b}
        - {<<: [*four, *both], name: c}
        - {<<: {threads: 3}, backend: epoll, name: d}
      """)
    let entries = file.sweep.entries
    #expect(entries.map(\.threads) == [[4], [1], [4], [3]])
    #expect(entries.map { $0.buffers?.map(\.bytes) } == [[4096], [4096], [8192], nil])
  }

  @Test func `the root and loads merge, too`() throws {
    let file = try read(
      """
      x-loads: &loads {sizes: 64, connections: 5}
      <<: [*loads, {name: merged}]
      also: [{<<: *loads, sizes: 1k}]
      """ + "\n" + Self.servers)
    #expect(file.name == "merged")
    #expect(file.sweep.loads.map(\.size.bytes) == [64, 1024])
    #expect(file.sweep.loads.map(\.connections) == [5, 5])
  }

  @Test(arguments: [
    (
      "about: *nobody\n",
      "'*nobody' stands for nothing: there is no '&nobody' above it. A text that begins with '*' is"
        + " put in quotes"
    ),
    (
      "x-a: &a [*a]\n",
      "'*a' stands for nothing: there is no '&a' above it. A text that begins with '*' is put in"
        + " quotes"
    ),
    ("x-a: &a 1\nx-b: &b *a\n", "'*a' is an alias and has an anchor: leave one out"),
    (
      "x-a: &a 1\n<<: *a\n",
      "'<<' must be a mapping, or a list of mappings, such as *name or [*one, *two]"
    ),
    (
      "<<: [{duration: 1s}, 5]\n",
      "'<<' must be a mapping, or a list of mappings, such as *name or [*one, *two]"
    ),
    ("<<: {duration: 1s}\n<<: {warmup: 1s}\n", "has '<<' twice"),
  ])
  func `what cannot be followed is an error`(lines: String, reason: String) {
    #expect(error(of: "name: a\n" + lines + Self.servers)?.reason == reason)
  }

  @Test func `a slip in what is merged is named where it stands`() {
    let error = error(
      of: "name: a\nx-a: &a\n  thread: 1\nservers:\n  - {<<: *a, backend: threads}\n")
    #expect(error?.line == 3)
    #expect(error?.reason.hasPrefix("there is no key 'thread' here") == true)
  }

  @Test func `merge keys in quotes, and x- elsewhere, are keys that do not exist`() {
    let quoted = error(of: "name: a\n\"<<\": {duration: 1s}\n" + Self.servers)
    #expect(quoted?.reason.hasPrefix("there is no key '<<' here") == true)
    let inner = error(of: "name: a\nservers: [{backend: threads, x-a: 1}]\n")
    #expect(inner?.reason.hasPrefix("there is no key 'x-a' here") == true)
  }

  private func read(_ text: String) throws -> SuiteFile {
    try SuiteFileReader.read(text, file: "a.yaml")
  }

  private func error(of text: String) -> SuiteFileError? {
    #expect(throws: SuiteFileError.self) { try read(text) }
  }
}
