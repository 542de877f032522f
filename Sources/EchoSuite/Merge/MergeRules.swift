internal import EchoIO

/// What has to hold between clients before their figures can be added up.
struct MergeRules {
  let shards: [MergeShard]
  /// How many there are to be; nil where nobody has said.
  let expected: Int?

  /// Every rule that is broken, with who breaks it.
  var problems: [MergeProblem] {
    twice + differences + missing + windows
  }

  // MARK: - Who they are

  /// Nobody is there twice, and no two sent the same.
  private var twice: [MergeProblem] {
    let ids = again(\.fleet.id) {
      "its id '\($0)' is that of \($1), too: give each client its own --id"
    }
    let seeds = again(\.report.workload.seed) {
      "its messages have the seed \($0) of \($1): a server that mixes the two up would not be found out."
        + " Leave --seed out, or give each client its own --id"
    }
    let shards = again(\.fleet.shard?.index) { index, source in
      index.map { "it is shard \($0), and so is \(source)" }
    }
    return ids + seeds + shards
  }

  private func again<Key: Hashable>(
    _ key: (MergeShard) -> Key, _ rule: (Key, _ source: String) -> String?
  ) -> [MergeProblem] {
    var seen: [Key: String] = [:]
    return shards.compactMap { shard in
      let key = key(shard)
      guard let source = seen[key] else {
        seen[key] = shard.source
        return nil
      }
      return rule(key, source).map { MergeProblem(source: shard.source, rule: $0) }
    }
  }

  /// As many as there are to be.
  private var missing: [MergeProblem] {
    var problems: [MergeProblem] = []
    if let expected, expected != shards.count {
      problems.append(
        MergeProblem(
          source: "--expect \(expected)", rule: "there are \(shards.count) clients' reports"))
    }
    guard let first = shards.first(where: { $0.fleet.shard != nil }),
      let count = first.fleet.shard?.count
    else { return problems }
    for shard in shards where shard.fleet.shard?.count != count {
      problems.append(
        MergeProblem(
          source: shard.source,
          rule: (shard.fleet.shard.map { "it is one of \($0.count) shards" } ?? "it has no shard")
            + ", and \(first.source) is one of \(count)"))
    }
    guard problems.isEmpty else { return problems }
    let found = Set(shards.compactMap { $0.fleet.shard?.index })
    let gaps = (1...count).filter { !found.contains($0) }
    guard !gaps.isEmpty else { return [] }
    let list =
      gaps.prefix(10).map(String.init).joined(separator: ", ") + (gaps.count > 10 ? " …" : "")
    return [
      MergeProblem(
        source: first.source,
        rule: "of its \(count) shards there are \(found.count): \(list) missing")
    ]
  }

  // MARK: - What they did

  /// What has to be the same of all, as it is told.
  private struct Same: Sendable {
    let name: String
    /// One that is invalid may have ended early, and has no histogram.
    var isOfValid = false
    let value: @Sendable (MergeShard) -> String
  }

  private static let sames: [Same] =
    [
      Same(name: "version") { $0.fleet.version }, Same(name: "build") { $0.report.build },
      Same(name: "target") { $0.report.target.address },
      Same(name: "duration", isOfValid: true) {
        "\(TimeSpan(nanoseconds: $0.report.window.duration))"
      },
      Same(name: "pacing") {
        $0.report.workload.load.rate == nil ? "a closed loop" : "an open loop"
      },
      Same(name: "histogram layout", isOfValid: true) {
        $0.significantDigits.map { "\($0) digits" } ?? ""
      },
    ]
    + axes.map { axis in Same(name: axis.name) { axis.argument($0.report.workload.load) } }

  /// Rates, workers and connections may differ: they are told of each client.
  private static let axes: [LoadAxis] = [
    .size, .engine, .verification, .arrival, .pipeline, .block, .reconnect, .transport,
  ]

  private var differences: [MergeProblem] {
    Self.sames.flatMap { (same) -> [MergeProblem] in
      let compared = shards.filter { $0.report.valid || !same.isOfValid }
      return compared.compactMap { (shard) -> MergeProblem? in
        let (own, first) = (same.value(shard), same.value(compared[0]))
        guard own != first else { return nil }
        return MergeProblem(
          source: shard.source,
          rule: "its \(same.name) is \(own), and that of \(compared[0].source) \(first)")
      }
    }
  }

  /// While one measured, all of them were at work.
  private var windows: [MergeProblem] {
    let shards = shards.filter(\.report.valid)
    guard let latest = shards.max(by: { $0.load.start < $1.load.start }),
      let earliest = shards.min(by: { $0.load.end < $1.load.end })
    else { return [] }
    return shards.compactMap { shard in
      let rule: String
      if shard.report.window.startUnix < latest.load.start {
        let early = latest.load.start - shard.report.window.startUnix
        rule = "its window began \(span(early)) before the load of \(latest.source) did"
      } else if shard.windowEnd > earliest.load.end {
        rule =
          "its window ended \(span(shard.windowEnd - earliest.load.end)) after the load of"
          + " \(earliest.source) did"
      } else {
        return nil
      }
      return MergeProblem(
        source: shard.source,
        rule:
          "\(rule). Start them together with --start-at, with a longer --warmup or --cooldown, and"
          + " see that the clocks agree")
    }
  }

  private func span(_ nanoseconds: UInt64) -> String { "\(fixed(Double(nanoseconds) / 1e6, 1)) ms" }
}
