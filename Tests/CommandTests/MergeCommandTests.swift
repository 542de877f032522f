import EchoIO
import Foundation
import Testing

@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct MergeCommandTests {
  /// Runs two clients in step, and leaves their reports in a folder.
  private func withReports(
    against address: String, size: String = "1000",
    _ body: (TemporaryFolder, _ statuses: [Int32]) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      // Late enough for two programs to start on a busy machine.
      let moment = Moment(unixNanoseconds: unixNow() + 2_000_000_000)
      func client(_ number: Int) -> [String] {
        [
          "client", "--address", address, "--start-at", "\(moment)", "--id", "h\(number)",
          "--shard",
          "\(number)/2", "--workers", "1", "--duration", "200ms", "--warmup", "200ms", "--cooldown",
          "200ms", "--seed", "7", "--size", size, "--format", "json", "--output", "{id}.json",
        ]
      }
      try await RunningProgram.with(client(1), in: folder.path) { one in
        try await RunningProgram.with(client(2), in: folder.path) { two in
          let statuses = [try await one.end().status, try await two.end().status]
          try await body(folder, statuses)
        }
      }
    }
  }

  private func merge(
    _ arguments: [String], in folder: TemporaryFolder
  ) async throws -> RunningProgram.Ending {
    try await RunningProgram.run(["merge"] + arguments, in: folder.path)
  }

  @Test func `two clients are one result, in every format`() async throws {
    try await withServer { address in
      try await withReports(against: address) { folder, statuses in
        #expect(statuses == [0, 0])
        let json = try await merge(["h1.json", "h2.json", "--format", "json"], in: folder)
        #expect(json.status == 0, "\(json.errors)")
        let report = try JSONValue(parsing: json.output)
        #expect(try Schema(named: "echobench-merge/1").complaints(about: report) == [])
        let parts = try ["h1", "h2"].map { try JSONValue(parsing: folder.read("\($0).json")) }
        let completed = parts.compactMap { $0["counts"]?["completed"]?.number }
        #expect(report["counts"]?["completed"]?.number == completed.reduce(0, +))
        #expect(try #require(report["window"]?["skew_ns"]?.number) < 100e6)

        let text = try await merge([".", "--expect", "2"], in: folder)
        #expect(text.status == 0)
        #expect(text.output.contains("\nclients      2 of 2\n"))
        #expect(text.output.contains("\nclient       h2 (2/2): "))
        let markdown = try await merge(
          [".", "--format", "markdown", "--output", "a.md"], in: folder)
        #expect(markdown.status == 0 && markdown.output == "")
        #expect(folder.read("a.md").hasPrefix("# 2 clients against \(address)\n"))
        #expect(folder.read("a.md").contains("\n| all "))
        let page = try await merge([".", "--format", "html"], in: folder)
        #expect(page.status == 0 && page.output.hasPrefix("<!DOCTYPE html>\n"))
        #expect(page.output.contains("<title id=\"rates-1-title\">"))
        let all = try await merge([".", "--output", "merged/"], in: folder)
        #expect(all.status == 0 && all.output == text.output)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/merged")
        #expect(
          names.sorted() == ["merged.csv", "merged.html", "merged.json", "merged.md", "merged.svg"])
        #expect(folder.read("merged/merged.json") == json.output)
        #expect(folder.read("merged/merged.html") == page.output)
        #expect(folder.read("merged/merged.svg").hasPrefix("<svg aria-labelledby=\"merged-title "))
        // What it left there is none of what it reads, and a folder gets every format.
        #expect(try await merge([".", "--output", "merged"], in: folder).status == 0)
        let one = try await merge([".", "--output", "merged", "--format", "csv"], in: folder)
        #expect(one.status == 64 && one.errors.contains("'--output' is a folder (merged)"))
        try folder.write("host key changed", to: "h1.err")
        let twice = try await merge([".", "h2.json"], in: folder)
        #expect(twice.status == 1 && twice.errors == "echobench: h2.json: it was given before\n")
        let csv = try await merge([".", "--format", "csv"], in: folder)
        #expect(csv.output.split(separator: "\n").count == 4)
        #expect(csv.output.contains("\nall,,2,true,"))
      }
    }
  }

  @Test func `what is no report of a client is refused in words`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write("", to: "empty.json")
      try folder.write("{\"schema\": \"echobench-client/1\", \"valid\"", to: "cut.json")
      try folder.write("{\"schema\": \"other/1\"}", to: "other.json")
      try folder.write("{\"schema\": \"echobench-client/1\"}", to: "less.json")
      try folder.write("[1]\n", to: "list.json")
      for (file, words) in [
        ("empty.json", "empty.json: it is empty: its client did not report"),
        ("cut.json", "cut.json: it is not JSON: "),
        ("other.json", "other.json: its schema is 'other/1', and merge reads reports of"),
        ("less.json", "less.json: 'valid' is missing"),
        ("list.json", "list.json: it must be an object, but is a list"),
        ("none.json", "none.json: No such file or directory"),
      ] {
        let ending = try await merge([file], in: folder)
        #expect(ending.status == 1 && ending.output == "", "\(file)")
        #expect(ending.errors.hasPrefix("echobench: \(words)"), "\(ending.errors)")
      }
    }
  }

  /// Of a few bytes, which without the client's id would be the same on both.
  @Test(arguments: ["8", "1000"])
  func `a server that swaps the replies of two hosts is found out`(size: String) async throws {
    let server = try SwappingServer()
    try await withReports(against: server.address, size: size) { folder, statuses in
      #expect(statuses.contains(3) && statuses.allSatisfy { $0 != 0 })
      let ending = try await merge(["."], in: folder)
      // The other one may have been cut off in its warm-up, which is no report to be merged.
      #expect(ending.status != 0)
      #expect(!ending.output.contains("throughput"))
    }
  }
}

/// A server that accepts two connections, and returns to each what the other has sent.
private final class SwappingServer: Sendable {
  let address: String
  private let listener: Int32

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        bind(listener, name, length) | listen(listener, 64) | getsockname(listener, name, &length)
      }
    }
    guard result == 0 else { throw SystemError("bind 127.0.0.1:0", errno: errno) }
    self.listener = listener
    address = "127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
    Foundation.Thread.detachNewThread {
      let ends = [accept(listener, nil, nil), accept(listener, nil, nil)]
      guard ends.allSatisfy({ $0 >= 0 }) else { return }
      Foundation.Thread.detachNewThread { Self.pass(from: ends[0], to: ends[1]) }
      Self.pass(from: ends[1], to: ends[0])
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func pass(from: Int32, to: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = recv(from, &buffer, buffer.count, 0), count > 0 {
      guard send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
    }
    shutdown(to, Int32(SHUT_WR))
  }
}
