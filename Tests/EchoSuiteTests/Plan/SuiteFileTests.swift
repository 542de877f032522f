import EchoIO
import Foundation
import Testing

@testable import EchoSuite

struct SuiteFileTests {
  @Test func `what a file does not say has a default`() throws {
    let file = try SuiteFileReader.read(
      "name: small\nservers: [{backend: threads}]", file: "small.yaml")
    #expect(
      file
        == SuiteFile(
          name: "small", about: "", goals: .fixed(8), duration: .seconds(1),
          warmup: .milliseconds(200),
          timeout: .seconds(5),
          sweep: Sweep(
            entries: [Sweep.Entry(name: "threads", kind: .backend(name: "threads"))],
            loads: [Load()], buffers: [ByteCount(64 << 10)], clientCPUs: nil,
            hasTwin: true))
    )
  }

  @Test func `a single value counts as a list`() throws {
    let file = try SuiteFileReader.read(
      "{name: one, engines: event, sizes: 4k, buffers: 8k, servers: [{backend: threads}]}",
      file: "one.yaml")
    #expect(file.sweep.loads == [Load(engine: .event, size: ByteCount(4096))])
    #expect(file.sweep.buffers == [ByteCount(8192)])
  }

  @Test func `with more connections than workers the engine is the event engine`() throws {
    let file = try SuiteFileReader.read(
      "{name: many, workers: 2, connections: 9, servers: [{backend: threads}]}", file: "many.yaml")
    #expect(file.sweep.loads.map(\.engine) == [.event])
  }

  @Test func `the event engine may have fewer workers than the blocking one`() throws {
    let file = try SuiteFileReader.read(
      "{name: two, engines: [blocking, event], workers: 5, event_workers: 1,"
        + " servers: [{backend: threads}]}", file: "two.yaml")
    let scenarios = file.sweep.scenarios.filter { !$0.isTwin }
    #expect(scenarios.map(\.load.engine) == [.blocking, .event])
    #expect(scenarios.map(\.load.workers) == [5, 1])
    #expect(scenarios.map(\.load.connections) == [5, 5])
  }

  @Test func `every file of the presets is one`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources/EchoSuite/Presets")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path())
      .filter { $0.hasSuffix(".yaml") }.sorted()
    #expect(!files.isEmpty)
    #expect(Preset.all.map { "\($0.name).yaml" }.sorted() == files)
  }

  @Test(arguments: Preset.all)
  func `a preset reads, and is called by its name`(preset: Preset) throws {
    let file = try preset.suiteFile()
    #expect(file.name == preset.name)
    #expect(!file.about.isEmpty)
    #expect(file.goals.precision == 0.05 && file.goals.budget != nil)
    #expect(file.sweep.hasTwin)
    // Thousands of connections, with a thread for each, are no load.
    let engines: Set<Engine> =
      ["scale", "latency", "depth"].contains(preset.name) ? [.event] : [.blocking, .event]
    #expect(Set(file.sweep.loads.map(\.engine)) == engines)
  }

  @Test func `the quick preset runs five backends and another world at two message sizes`() throws {
    let sweep = try Preset.reading("quick").sweep
    #expect(
      sweep.entries.map(\.name) == [
        "threads", "libuv", "dispatch", "epoll", "io_uring", "uvloop/protocol",
      ])
    let blocking = sweep.loads.filter { $0.engine == .blocking }
    #expect(blocking.map(\.size.bytes) == [1000, 65536])
    #expect(sweep.loads.allSatisfy { $0.connections == 5 })
    #expect(Set(sweep.loads.map(\.workers)) == [5, 1])
  }

  @Test func `the seed preset has the blog's matrix and its systems`() throws {
    let sweep = try Preset.reading("seed").sweep
    let blocking = sweep.loads.filter { $0.engine == .blocking }
    #expect(blocking.map(\.size.bytes) == [1000, 4096, 16384, 65536])
    #expect(sweep.buffers.map { $0.bytes >> 10 } == [4, 8, 16, 32, 64, 128, 256])
    let forms = ["sockets", "streams", "protocol", "buffered"]
    let expected =
      ["threads", "libuv", "dispatch", "epoll", "epoll-et", "io_uring", "io_uring-plain", "splice"]
      + ["thread-per-connection", "nio", "nio-async"]
      + ["uvloop", "asyncio"].flatMap { module in forms.map { "\(module)/\($0)" } }
      + ["fastthreadpool/published", "fastthreadpool/corrected", "node", "go", "rust"]
    #expect(sweep.entries.map(\.name) == expected)
    let published = try #require(sweep.entries.first { $0.name == "fastthreadpool/published" })
    #expect(published.verifications == [.full, .off])
  }

  @Test func `the scale preset grows from one connection to ten thousand`() throws {
    let sweep = try Preset.reading("scale").sweep
    #expect(sweep.loads.map(\.connections) == [1, 5, 50, 500, 5000, 10_000, 5])
    #expect(sweep.loads.map(\.idle) == [nil, nil, nil, nil, nil, nil, 10_000])
    #expect(sweep.loads.allSatisfy { $0.engine == .event && $0.workers <= $0.connections })
    let servers = Set(sweep.scenarios.map(\.server.name))
    let loops = ["libuv", "epoll", "io_uring", "dispatch"].flatMap { ["\($0)/1", "\($0)/2"] }
    #expect(servers.isSuperset(of: loops + ["threads"]))
  }

  private static let ownBackends = [
    "threads", "thread-per-connection", "libuv", "dispatch", "epoll", "epoll-et", "splice",
    "io_uring", "io_uring-plain",
  ]

  @Test func `the latency preset has three rates for every backend, and the time for it`() throws {
    let file = try Preset.reading("latency")
    #expect(file.sweep.hasRateParts)
    #expect(file.sweep.loads.map(\.rate) == [200_000, 500_000, 800_000])
    #expect(file.sweep.loads.allSatisfy { $0.arrival == .poisson && $0.connections == 50 })
    #expect(file.sweep.entries.map(\.name) == Self.ownBackends)
    try expectEnoughTime(file, minutes: 10)
  }

  @Test func `the depth preset has four depths for every backend, and the time for it`() throws {
    let file = try Preset.reading("depth")
    #expect(file.sweep.loads.map(\.depth) == [1, 4, 16, 64])
    #expect(file.sweep.loads.allSatisfy { $0.connections == 5 })
    #expect(file.sweep.entries.map(\.name) == Self.ownBackends)
    try expectEnoughTime(file, minutes: 5)
  }

  /// For the fewest rounds, with 0.3 s beside each window and its warm-up.
  private func expectEnoughTime(_ file: SuiteFile, minutes: Double) throws {
    let trial = Double(file.duration.nanoseconds + file.warmup.nanoseconds) / 1e9 + 0.3
    let budget = Double(try #require(file.goals.budget)) / 1e9
    #expect(budget <= minutes * 60)
    #expect(Double(file.sweep.scenarioCount * file.goals.fewestRounds) * trial <= budget)
  }

  @Test func `workers of the event engine may follow the CPUs`() throws {
    let loads = try SuiteFileReader.read(
      "{name: a, engines: event, workers: 1, event_workers: auto, connections: [1, 2, 100],"
        + " servers: [{backend: threads}]}", file: "a.yaml"
    ).sweep.loads
    let most = max(1, CPUList.allowed.cpus.count - 1)
    #expect(loads.map(\.workers) == [1, min(2, most), min(100, most)])
    #expect(loads.allSatisfy { $0.engine == .event })
  }

  @Test func `loads beside the product are like its first, but for what they say`() throws {
    let loads = try SuiteFileReader.read(
      "{name: a, engines: event, workers: 1, connections: [1, 5], sizes: [1000, 4k],"
        + " also: [{connections: 5, idle_connections: 10k}, {sizes: 64k}],"
        + " servers: [{backend: threads}]}", file: "a.yaml"
    ).sweep.loads
    #expect(loads.count == 6)
    #expect(loads[4] == Load(engine: .event, workers: 1, connections: 5, idle: 10_000))
    #expect(
      loads[5] == Load(engine: .event, workers: 1, connections: 1, size: ByteCount(64 << 10)))
  }

  @Test func `a file that cannot be read is told apart from one that is wrong`() {
    let error = #expect(throws: SuiteFileError.self) {
      try SuiteFile.read(path: "/nonexistent/suite.yaml")
    }
    let reason = "cannot be read: No such file or directory; is the path right?"
    #expect(error?.description == "/nonexistent/suite.yaml: \(reason)")
  }
}
