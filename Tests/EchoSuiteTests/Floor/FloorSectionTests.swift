import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// The section of a simulated suite: servers that need 8 µs per message, and switch twice for each.
struct FloorSectionTests {
  @Test func `each server and load has a row, at the buffer that fits`() async throws {
    let section = FloorSection(result: try await result())
    let tables = section.blocks.tables
    #expect(tables.count == 2)
    for table in tables {
      #expect(
        table.columns.map(\.title) == [
          "Module", "Server buffer size", "Message size", "Server CPU µs/msg", "Floor's share µs",
          "×",
        ])
      #expect(table.rows.map { $0[0] } == ["threads", "threads", "other", "other"])
      #expect(table.rows.map { $0[1] } == ["4 KiB", "16 KiB", "–", "–"])
      #expect(table.rows.map { $0[2] } == ["1001 B", "64 KiB", "1001 B", "64 KiB"])
      #expect(table.rows.map { $0[3] } == Array(repeating: "8.00", count: 4))
      #expect(table.rows.map { $0[4] } == ["1.05", "4.28", "1.05", "4.28"])
      #expect(table.rows.map { $0[5] } == ["7.6", "1.9", "7.6", "1.9"])
    }
    #expect(section.text.contains("was not counted"))
  }

  @Test func `it stands in the report, and tells what the machine takes`() async throws {
    let report = try ReportFormat.markdown.render(try await result())
    #expect(report.contains("<summary>Distance from the floor</summary>\n"))
    #expect(
      report.contains(
        "medians of 3 repetitions: a system call 0.100 µs, each KiB 0.051 µs, a wake-up 1.50 µs on one"
          + " CPU and 2.50 µs from one CPU to another."))
  }

  @Test func `a row of JSON has its distance, and none without a floor`() async throws {
    #expect(try await distances(.simulated) == Set([1050, 4276.75, nil]))
    #expect(try await distances(nil) == [nil])
  }

  /// The shares of all rows.
  private func distances(_ floor: Floor?) async throws -> Set<Double?> {
    let json = try ReportFormat.json.render(try await result(floor: floor))
    let document = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let rows = try #require(document?["summaries"] as? [[String: Any]])
    return Set(
      rows.map { row in
        ((row["floor"] as? [String: Any])?["share_ns"] as? Double).map {
          (100 * $0).rounded() / 100
        }
      })
  }

  @Test func `counts of calls give a model of what the rest goes into`() async throws {
    let section = FloorSection(result: try await result()) { scenario in
      guard scenario.server.name == "threads" else { return nil }
      var anatomy = Anatomy()
      anatomy.calls = ["read": 1, "write": 1, "futex": 3]
      return anatomy
    }
    let table = try #require(section.blocks.tables.first)
    #expect(
      table.columns.dropFirst(6).map(\.title) == [
        "Calls µs", "Wake-ups µs", "Bytes µs", "Not explained µs", "Explained",
      ])
    #expect(Array(table.rows[0].dropFirst(6)) == ["0.50", "3.00", "0.85", "3.65", "54 %"])
    // Four pieces of the largest message.
    #expect(Array(table.rows[1].dropFirst(6)) == ["0.50", "3.00", "6.48", "-1.98", "125 %"])
    #expect(Array(table.rows[2].dropFirst(6)) == ["–", "–", "–", "–", "–"])
    #expect(section.text.contains("The rest is taken apart by a model."))
  }

  @Test func `a suite that has counted calls has the model in its reports`() async throws {
    let counted = try await result { Anatomies($0.scenarios.map { .simulated($0) }) }
    let report = try ReportFormat.markdown.render(counted)
    #expect(report.contains("| 7.6 |     0.22 |        3.00 |     0.85 |"))
    let json = try ReportFormat.json.render(counted)
    let document = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let rows = try #require(document?["summaries"] as? [[String: Any]])
    let floor = try #require(rows.first?["floor"] as? [String: Double])
    #expect(
      floor.mapValues { (100 * $0).rounded() / 100 } == [
        "share_ns": 1050, "ratio": 7.62, "calls_ns": 220, "wake_ups_ns": 3000, "bytes_ns": 850,
        "unexplained_ns": 3930,
      ])
  }

  @Test func `a sentence says what dominates where the model explains enough`() async throws {
    let section = FloorSection(result: try await result(switches: 4)) { _ in
      var anatomy = Anatomy()
      anatomy.calls = ["poll": 2]
      return anatomy
    }
    #expect(
      section.text.contains(
        "other: wake-ups dominate, 75 % of what a message costs it, in 1 of its 2 rows; the model"
          + " explains more than 80 % there."))
  }

  @Test func `earlier results, without a floor, have no such section`() async throws {
    let old = try await result(floor: nil)
    #expect(FloorSection(result: old).blocks.isEmpty)
    #expect(!(try ReportFormat.markdown.render(old)).contains("floor"))
  }

  @Test func `what was not measured over loopback has none`() async throws {
    #expect(FloorSection(result: try await result(network: .network)).blocks.isEmpty)
  }

  @Test func `a wake-up that is not known is told`() async throws {
    var floor = Floor.simulated
    floor.wakeUpSameCPU = nil
    floor.wakeUpOtherCPU = nil
    floor.unavailable = [.wakeUpSameCPU: "pipe: Too many open files.", .wakeUpOtherCPU: "one CPU"]
    let section = FloorSection(result: try await result(floor: floor))
    #expect(section.text.contains("a wake-up unavailable (one CPU)"))
    #expect(section.text.contains("so there is no model"))
    #expect(section.blocks.tables.count == 2)
  }

  private func result(
    floor: Floor? = .simulated, network: Machine.Network.Kind = .loopback, switches: Double = 2,
    anatomies: (Plan) -> Anatomies = { _ in Anatomies() }
  ) async throws -> SuiteResult {
    let plan = try Plan.reading(
      """
      name: distances
      rounds: 3
      sizes: [1001, 64k]
      engines: [blocking, event]
      buffers: [4k, 16k]
      servers:
        - backend: threads
        - name: other
          command: other {port}
        - name: absent
          command: absent {port}
      """)
    let executor = SimulatedExecutor { call, scenario in
      guard call.server != "absent" else {
        return .simulated(call, scenario, .failed(reason: "no"))
      }
      var measurement = EchoSuite.Measurement.simulated(call, scenario, SimulatedLoad())
      let messages = Double(measurement.client?.counts.completed ?? 0)
      measurement.client?.server?.voluntarySwitches = UInt64(messages * switches)
      return measurement
    }
    var machine = Machine.simulated
    machine.floor = floor
    machine.network.kind = network
    return SuiteResult(
      plan: plan, machine: machine,
      attempts: Attempts(try await Suite.measuring(plan, executor)), anatomies: anatomies(plan))
  }
}

extension [Document.Block] {
  fileprivate var tables: [Table] {
    compactMap { block in if case .table(let table) = block { table } else { nil } }
  }
}

extension FloorSection {
  /// Its words, without markup.
  fileprivate var text: String {
    blocks.map { block in
      switch block {
      case .heading(let words, _): words
      case .paragraph(let text): text.words
      case .list(let items): items.map(\.words).joined(separator: "\n")
      case .table, .figure, .details: ""
      }
    }.joined(separator: "\n")
  }
}

extension Text {
  fileprivate var words: String { spans.map(\.words).joined() }
}
