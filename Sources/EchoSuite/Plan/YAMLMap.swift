internal import EchoIO
internal import Yams

/// A mapping of a YAML file with its place in it, for errors that name the line.
struct YAMLMap {
  private let mapping: Node.Mapping
  private let line: Int?
  private let reader: SuiteFileReader

  init(_ node: Node, reader: SuiteFileReader) throws {
    guard let mapping = node.mapping else {
      throw reader.failure("expected keys and values here", at: node.mark?.line)
    }
    self.mapping = mapping
    line = node.mark?.line
    self.reader = reader
  }

  func failure(_ reason: String, key: String?) -> SuiteFileError {
    let place = key.flatMap { key in mapping.first { $0.key.string == key }?.key.mark?.line }
    return reader.failure(reason, at: place ?? line)
  }

  /// Refuses every key but these.
  /// - Parameters:
  ///   - isAllowed: keys that are not read, and refused by no rule.
  ///   - renamed: what keys of earlier versions are called now.
  func allow(
    named isAllowed: (String) -> Bool = { _ in false }, _ keys: [String],
    renamed: [String: String] = [:]
  ) throws {
    for (key, _) in mapping {
      if let old = key.string, let new = renamed[old] {
        throw reader.failure(
          "'\(old)' is called '\(new)' now: rename the key", at: key.mark?.line)
      }
      guard let name = key.string, keys.contains(name) || isAllowed(name) else {
        throw reader.failure(
          "there is no key '\(key.string ?? "?")' here; there are \(keys.joined(separator: ", "))",
          at: key.mark?.line)
      }
    }
  }

  func has(_ key: String) -> Bool { mapping[key] != nil }

  func string(_ key: String) throws -> String? {
    guard let node = mapping[key] else { return nil }
    guard let scalar = node.scalar else {
      throw failure("'\(key)' must be a single value", key: key)
    }
    return scalar.string
  }

  func required(_ key: String) throws -> String {
    guard let value = try string(key) else { throw failure("'\(key)' is missing", key: nil) }
    return value
  }

  func bool(_ key: String) throws -> Bool? {
    guard let text = try string(key) else { return nil }
    guard let value = Bool(text) else {
      throw failure("'\(key)' must be true or false, got '\(text)'", key: key)
    }
    return value
  }

  func count(_ key: String, _ limit: Limit<Int>? = nil) throws -> Int? {
    try check((quantity(key) as Count?)?.value, key, limit)
  }

  /// A list of numbers within limits, each once; a single one counts as a list.
  func counts(_ key: String, _ limit: Limit<Int>) throws -> [Int]? {
    try quantities(key).map { (counts: [Count]) in
      for count in counts {
        guard let rule = limit.problem(count.value) else { continue }
        throw failure("'\(key)' \(rule), got '\(count.value)'", key: key)
      }
      return counts.map(\.value)
    }
  }

  /// A value as the command line takes it, within limits.
  func quantity<Value: ReadableText & Comparable>(
    _ key: String, _ limit: Limit<Value>
  ) throws -> Value? {
    try check(quantity(key), key, limit)
  }

  private func check<Value>(_ value: Value?, _ key: String, _ limit: Limit<Value>?) throws -> Value?
  {
    guard let value, let rule = limit?.problem(value) else { return value }
    throw failure("'\(key)' \(rule), got '\(try required(key))'", key: key)
  }

  /// A value as the command line takes it.
  func quantity<Value: ReadableText>(_ key: String) throws -> Value? {
    try string(key).map { text in
      try read(text, key) { (text) throws(UnitError) in try Value(parsing: text) }
    }
  }

  /// A list of such values, each once; a single one counts as a list.
  func quantities<Value: ReadableText & Equatable>(_ key: String) throws -> [Value]? {
    try values(key) { (text) throws(UnitError) in try Value(parsing: text) }
  }

  /// A list of names of an enumeration, each once.
  func choices<Value: RawRepresentable<String> & CaseIterable & Equatable>(
    _ key: String
  ) throws -> [Value]? {
    try values(key, readChoice)
  }

  /// A mapping, which has to be there.
  func map(_ key: String) throws -> YAMLMap {
    guard let node = mapping[key], node.mapping != nil else {
      throw failure("'\(key)' must be keys and values", key: key)
    }
    return try YAMLMap(node, reader: reader)
  }

  /// A list of mappings, which has to be there.
  func maps(_ key: String) throws -> [YAMLMap] {
    guard let nodes = mapping[key]?.sequence, !nodes.isEmpty else {
      throw failure("'\(key)' must be a list with at least one entry", key: key)
    }
    try checkCount(nodes.count, key)
    return try nodes.map { try YAMLMap($0, reader: reader) }
  }

  /// A list of values as `read` takes them; a single one counts as a list. Each once: the same value
  /// twice would be the same scenario twice.
  func values<Value: Equatable>(
    _ key: String, _ read: (String) throws(UnitError) -> Value
  ) throws -> [Value]? {
    try strings(key)?.reduce(into: [Value]()) { values, text in
      let value = try self.read(text, key, read)
      guard !values.contains(value) else {
        throw failure("'\(key)' must have each value once, got '\(text)' again", key: key)
      }
      values.append(value)
    }
  }

  private func strings(_ key: String) throws -> [String]? {
    guard let node = mapping[key] else { return nil }
    let nodes = node.sequence.map(Array.init) ?? [node]
    try checkCount(nodes.count, key)
    let strings = nodes.compactMap { $0.scalar?.string }
    guard !strings.isEmpty, strings.count == nodes.count else {
      throw failure("'\(key)' must be a value or a list of values", key: key)
    }
    return strings
  }

  private func checkCount(_ count: Int, _ key: String) throws {
    guard count > SuiteLimits.values.most else { return }
    throw failure(
      "'\(key)' must have at most \(SuiteLimits.values.most) entries, got \(count)", key: key)
  }

  private func read<Value>(
    _ text: String, _ key: String, _ read: (String) throws(UnitError) -> Value
  ) throws -> Value {
    do {
      return try read(text)
    } catch {
      throw failure("'\(key)' \(error), got '\(text)'", key: key)
    }
  }
}

extension SuiteFileError {
  /// Text that is not YAML, and where as far as its parser can tell.
  init(file: String, _ error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(file: file, line: mark.line, reason: "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      let names = keys.map { "'\($0)'" }.joined(separator: ", ")
      self.init(file: file, line: context.mark.line, reason: "has \(names) twice")
    default:
      self.init(file: file, line: nil, reason: "is not YAML: \(error)")
    }
  }
}
