internal import EchoIO
internal import Foundation

/// Reports of clients on several machines, and readings of the server, that can be one result.
public struct Merge: Sendable {
  /// In the order of their shards, or of their ids.
  let shards: [MergeShard]
  let histograms: [MergeShard.Latencies: LatencyHistogram]
  let readings: [ServerReading]
  let expected: Int?

  /// What was given cannot be one result: every reason.
  public struct Refusal: Error, CustomStringConvertible {
    public let problems: [MergeProblem]

    public var description: String {
      let shown = problems.prefix(Self.mostShown).map { "\($0)" }
      let rest = problems.count - shown.count
      return (shown + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "\n")
    }

    private static let mostShown = 20
  }

  /// Reads what paths name: files, folders, and `-` for standard input.
  /// - Parameter expected: how many clients there are to be; nil where nobody has said.
  /// - Throws: `Refusal`.
  public init(reading paths: [String], expecting expected: Int?) throws(Refusal) {
    let inputs: [MergeInput]
    do throws(MergeProblem) {
      inputs = try MergeInput.all(at: paths)
    } catch {
      throw Refusal(problems: [error])
    }
    try self.init(inputs, expecting: expected)
  }

  init(_ inputs: [MergeInput], expecting expected: Int?) throws(Refusal) {
    var (reports, readings) = ([(String, ClientReport)](), [ServerReading]())
    var problems: [MergeProblem] = []
    for input in inputs {
      do throws(MergeProblem) {
        switch try MergeDocument(input) {
        case .client(let report): reports.append((input.source, report))
        case .reading(let reading): readings.append(reading)
        }
      } catch {
        problems.append(error)
      }
    }
    try self.init(of: reports, readings, problems, expecting: expected)
  }

  /// - Parameters:
  ///   - reports: each with what it is called in a refusal.
  ///   - known: what is wrong with others that were given.
  init(
    of reports: [(String, ClientReport)], _ readings: [ServerReading] = [],
    _ known: [MergeProblem] = [], expecting expected: Int?
  ) throws(Refusal) {
    var (shards, total, problems) = ([MergeShard](), MergedHistograms(), known)
    for (source, report) in reports {
      do throws(MergeProblem) {
        shards.append(try MergeShard(report, from: source, addingTo: &total))
      } catch {
        problems.append(error)
      }
    }
    if shards.isEmpty, problems.isEmpty {
      problems.append(
        MergeProblem(source: "merge", rule: "there is no client's report among what was given"))
    }
    problems += MergeServer.problems(readings)
    // What is missing is not known while some cannot be read.
    if problems.isEmpty { problems = MergeRules(shards: shards, expected: expected).problems }
    // Of those that are alike: others say here what differs.
    if problems.isEmpty, let problem = total.problem { problems.append(problem) }
    guard problems.isEmpty else { throw Refusal(problems: problems) }
    histograms = total.all
    self.shards = shards.sorted { Self.place($0) < Self.place($1) }
    self.readings = readings.sorted { $0.unix < $1.unix }
    self.expected = expected
  }

  private static func place(_ shard: MergeShard) -> (Int, String) {
    (shard.fleet.shard?.index ?? 0, shard.fleet.id)
  }
}

/// A document of those that merge reads.
private enum MergeDocument {
  case client(ClientReport)
  case reading(ServerReading)

  private struct Header: Decodable {
    let schema: String
  }

  init(_ input: MergeInput) throws(MergeProblem) {
    do throws(FileProblem) {
      let schema = try JSONDocument.decode(Header.self, from: input.data).schema
      switch schema {
      case "echobench-client/1":
        self = .client(try JSONDocument.decode(ClientReport.self, from: input.data))
      case ServerReading.Schema.version1.rawValue:
        self = .reading(try JSONDocument.decode(ServerReading.self, from: input.data))
      default:
        throw FileProblem(
          reason:
            "its schema is '\(schema.prefix(100))', and merge reads reports of 'echobench client"
            + " --format json' and readings of 'echobench observe --format json'")
      }
    } catch {
      throw MergeProblem(source: input.source, rule: error.reason)
    }
  }
}
