internal import EchoIO

extension SuiteFileReader {
  /// The product of the axes, later ones varying fastest; and the loads of the key `also`, which are
  /// like the first of these but for what they say.
  func loads(_ map: YAMLMap) throws -> [Load] {
    let texts = try product(map)
    let eventWorkers = try EventWorkers(map)
    var loads = try texts.map { try load($0, eventWorkers, map) }
    guard map.has("also") else { return loads }
    for map in try map.maps("also") {
      try map.allow(LoadAxis.all.compactMap(\.suiteKey))
      let own = try values(map)
      let load = try load((texts.first ?? [:]).merging(own) { $1 }, eventWorkers, map)
      guard !loads.contains(load) else {
        throw map.failure("this load is one of the suite already: leave it out", key: nil)
      }
      loads.append(load)
    }
    return loads
  }

  private func product(_ map: YAMLMap) throws -> [[String: String]] {
    var texts: [[String: String]] = [[:]]
    for axis in LoadAxis.all.reversed() {
      guard let key = axis.suiteKey, let values = try map.values(key, canonical(axis)) else {
        continue
      }
      guard values.count * texts.count <= SuiteLimits.scenarios.most else {
        throw map.failure(
          "'\(key)' makes more than \(SuiteLimits.scenarios.most) loads", key: key)
      }
      texts = values.flatMap { value in texts.map { $0.merging([axis.name: value]) { $1 } } }
    }
    return texts
  }

  /// By the axes' names, a single value of each that is there.
  private func values(_ map: YAMLMap) throws -> [String: String] {
    var texts: [String: String] = [:]
    for axis in LoadAxis.all {
      guard let key = axis.suiteKey, let values = try map.values(key, canonical(axis)) else {
        continue
      }
      guard values.count == 1 else {
        throw map.failure("'\(key)' must be one value here", key: key)
      }
      texts[axis.name] = values[0]
    }
    return texts
  }

  private func load(
    _ texts: [String: String], _ eventWorkers: EventWorkers?, _ map: YAMLMap
  ) throws -> Load {
    var load: Load
    do {
      load = try Load(texts)
    } catch {
      let key = error.axis.suiteKey ?? error.axis.name
      throw map.failure("'\(key)' \(error.rule), got '\(error.given)'", key: key)
    }
    guard load.mix == nil else {
      throw map.failure(
        "'sizes' must be single sizes, got '\(LoadAxis.size.argument(load))': a mix is for 'echobench client'",
        key: "sizes")
    }
    guard let eventWorkers, load.engine == .event else { return load }
    load.workers = try eventWorkers.count(for: load.connections, map)
    return load
  }
}

// MARK: - Rates as parts of the slowest server's

extension SuiteFileReader {
  /// Whether rates are percentages: all of the file, or none.
  func hasRateParts(_ map: YAMLMap) throws -> Bool {
    guard let key = LoadAxis.rate.suiteKey else { return false }
    let closed = LoadAxis.rate.argument(Load())
    let maps = [map] + (map.has("also") ? try map.maps("also") : [])
    let kinds = try maps.flatMap { map in
      (try map.values(key) { $0 } ?? []).filter { $0 != closed }.map { ($0.hasSuffix("%"), map) }
    }
    guard let first = kinds.first?.0 else { return false }
    if let other = kinds.first(where: { $0.0 != first }) {
      throw other.1.failure(
        "'\(key)' must all be messages per second, or all percentages of what the slowest server"
          + " reaches", key: key)
    }
    return first
  }

  /// How an axis reads a value of a suite file: a percentage as its millionths.
  private func canonical(_ axis: LoadAxis) -> (String) throws(UnitError) -> String {
    guard axis.name == LoadAxis.rate.name else { return axis.canonical }
    return { (text) throws(UnitError) in
      guard text.hasSuffix("%") else { return try axis.canonical(text) }
      let millionths = try Percentage(parsing: text).fraction * Double(Sweep.wholeRate)
      return "\(max(1, Int(millionths.rounded())))"
    }
  }
}
