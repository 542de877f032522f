import EchoIO
import Testing

@testable import EchoSuite

struct PublishedFiguresTests {
  /// The rows of the blog's first table: buffer (none for uvloop), message, messages per second.
  static let firstTable: [(String, Int?, Int, String)] = [
    ("uvloop", nil, 1000, "128220"), ("uvloop", nil, 4096, "108581"),
    ("uvloop", nil, 65536, "26004"), ("threads", 4096, 1000, "423226"),
    ("threads", 4096, 4096, "112033"), ("threads", 8192, 4096, "256438"),
    ("threads", 16384, 4096, "381320"), ("threads", 4096, 65536, "6690"),
    ("threads", 65536, 65536, "66672"), ("threads", 131_072, 65536, "62236"),
    ("threads", 262_144, 65536, "60292"),
  ]

  @Test(arguments: firstTable)
  func `a row of the first table is found`(row: (String, Int?, Int, String)) {
    #expect(figure(row.0, buffer: row.1, size: row.2) == row.3)
  }

  @Test func `there are as many as in the first table`() {
    var found = 0
    for module in ["uvloop", "threads", "asyncio", "uvloop/streams", "uvloop/protocol"] {
      for buffer in [nil, 4096, 8192, 16384, 32768, 65536, 131_072, 262_144] {
        for size in [1000, 4096, 16384, 65536]
        where figure(module, buffer: buffer, size: size) != nil {
          found += 1
        }
      }
    }
    #expect(found == Self.firstTable.count)
  }

  @Test func `the second table, which repeats the first, is not used`() {
    #expect(figure("asyncio", buffer: nil, size: 1000) == nil)
    #expect(figure("uvloop/protocol", buffer: nil, size: 65536) == nil)
    let figures = PublishedFigures(csv: "table,a,b,c,d,e\n2,threads,4096,1000,5,6\n")
    #expect(figures.figure(for: scenario("threads", buffer: 4096, size: 1000)) == nil)
  }

  @Test func `a cell that the blog left empty is no figure`() {
    let figures = PublishedFigures(csv: "# a comment\n1,threads,4096,1000,,403.62\n")
    #expect(figures.figure(for: scenario("threads", buffer: 4096, size: 1000)) == nil)
  }

  @Test func `a server that stands for no module has no published figure`() {
    let own = Scenario(
      server: Server(name: "threads", kind: .backend(name: "threads"), bufferBytes: 4096),
      load: Load())
    #expect(PublishedFigures.all.figure(for: own) == nil)
  }

  private func figure(_ module: String, buffer: Int?, size: Int) -> String? {
    PublishedFigures.all.figure(for: scenario(module, buffer: buffer, size: size))
  }

  private func scenario(_ module: String, buffer: Int?, size: Int) -> Scenario {
    Scenario(
      server: Server(
        name: "peer", kind: .command(line: "peer {port}"), bufferBytes: buffer,
        publishedAs: module),
      load: Load(size: ByteCount(size)))
  }
}
