import Foundation
import Testing

/// In which format a client reports, and where.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct ClientOutputTests {
  @Test func `CSV has a cell for every column`() async throws {
    try await withServer { address in
      let ending = try await ShortClient.run(address, ["--format", "csv"])
      #expect(ending.status == 0)
      let lines = ending.output.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      #expect(lines.count == 2)
      #expect(lines.first?.count == lines.last?.count)
      let row = Dictionary(uniqueKeysWithValues: zip(lines[0], lines[1]))
      #expect(row["target"] == address[...])
      #expect(row["valid"] == "true")
      #expect((row["messages_per_second"].flatMap { Double($0) } ?? 0) > 0)
    }
  }

  @Test func `Markdown is a table of one row`() async throws {
    try await withServer { address in
      let ending = try await ShortClient.run(address, ["--format", "markdown"])
      let lines = ending.output.split(separator: "\n")
      #expect(lines.count == 3)
      let columns = lines[0].split(separator: "|").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      #expect(
        columns.prefix(5)
          == ["Module", "Server buffer size", "Message size", "Messages/s", "MB/s"])
      #expect(lines.allSatisfy { $0.split(separator: "|").count == columns.count })
      #expect(lines[2].contains(address))
    }
  }

  @Test func `with --output the report goes to a file, and nowhere else`() async throws {
    try await withServer { address in
      try await TemporaryFolder.with { folder in
        let path = "\(folder.path)/report.json"
        let ending = try await ShortClient.run(address, ["--format", "json", "--output", path])
        #expect(ending.status == 0)
        #expect(ending.output == "")
        #expect(try JSONValue(parsing: folder.read("report.json"))["valid"] == .bool(true))
      }
    }
  }

  @Test func `what --output names is written into where it is more than a file`() async throws {
    try await withServer { address in
      try await TemporaryFolder.with { folder in
        try folder.write("of yesterday", to: "target.json")
        let link = "\(folder.path)/link.json"
        try FileManager.default.createSymbolicLink(
          atPath: link, withDestinationPath: "\(folder.path)/target.json")
        let ending = try await ShortClient.run(address, ["--format", "json", "--output", link])
        #expect(ending.status == 0)
        #expect(try JSONValue(parsing: folder.read("target.json"))["valid"] == .bool(true))
        #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: link)) != nil)
        // A device that is always full.
        let full = try await ShortClient.run(
          address, ["--format", "json", "--output", "/dev/full"])
        #expect(full.status == 1)
        #expect(full.errors.contains("write /dev/full: No space left on device."))
        #expect(try full.report()["valid"] == .bool(true))
      }
    }
  }

  @Test func `a file that cannot be written is no reason to lose the report`() async throws {
    try await withServer { address in
      let ending = try await ShortClient.run(
        address, ["--format", "json", "--output", "/dev/null/a"])
      #expect(ending.status == 1)
      #expect(try ending.report()["valid"] == .bool(true))
      #expect(ending.errors.contains("write /dev/null/a: Not a directory. The report"))
    }
  }
}
