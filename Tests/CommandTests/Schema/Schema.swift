import FoundationEssentials

/// A schema of `docs/schemas`, and what it says of a document: as much of JSON Schema (draft
/// 2020-12) as those files use. A keyword that is not known here is a complaint, not ignored.
struct Schema {
  private let file: String
  private let root: JSONValue
  private let complaints = Complaints()

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "docs/schemas", directoryHint: .isDirectory)

  /// The schemas there are, by their files' names.
  static var files: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
    }
  }

  static func text(of file: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: file)), as: UTF8.self)
  }

  init(file: String) throws {
    self.file = file
    root = try JSONValue(parsing: Data(contentsOf: Self.folder.appending(path: file)))
  }

  /// The schema of a document, as its `schema` member names it: `echobench-client/1`.
  init(named name: String) throws {
    try self.init(file: name.replacing("/", with: "-") + ".schema.json")
  }

  init(_ root: JSONValue) {
    file = ""
    self.root = root
  }

  /// What is wrong with `document`, each with the place; empty when nothing is.
  func complaints(about document: JSONValue) -> [String] {
    complaints.texts = []
    check(document, root, at: "$")
    return complaints.texts
  }

  private final class Complaints {
    var texts: [String] = []
  }

  private static let silent: Set<String> = ["$schema", "$id", "title", "description", "$defs"]

  private func check(_ value: JSONValue, _ schema: JSONValue, at place: String) {
    guard case .object(let keywords) = schema else {
      if schema != .bool(true) { complain("is not allowed", place) }
      return
    }
    for (keyword, rule) in keywords where !Self.silent.contains(keyword) {
      check(value, keyword, rule, keywords, at: place)
    }
  }

  private func check(
    _ value: JSONValue, _ keyword: String, _ rule: JSONValue, _ keywords: [String: JSONValue],
    at place: String
  ) {
    switch keyword {
    case "type": checkType(value, rule, at: place)
    case "const": if value != rule { complain("is \(value), not \(rule)", place) }
    case "enum": if !elements(rule).contains(value) { complain("is \(value)", place) }
    case "minimum", "maximum": checkBound(value.number, keyword, rule, at: place)
    case "minItems", "maxItems":
      if case .array(let items) = value {
        checkBound(Double(items.count), keyword, rule, at: place)
      }
    case "items":
      for (index, item) in elements(value).enumerated() {
        check(item, rule, at: "\(place)[\(index)]")
      }
    case "required":
      guard case .object(let members) = value else { return }
      for name in elements(rule).compactMap(\.string) where members[name] == nil {
        complain("has no '\(name)'", place)
      }
    case "properties":
      for (name, rule) in self.members(rule) {
        if let member = value[name] { check(member, rule, at: "\(place).\(name)") }
      }
    case "additionalProperties":
      let known = keywords["properties"].map(members) ?? [:]
      for (name, member) in members(value) where known[name] == nil {
        check(member, rule, at: "\(place).\(name)")
      }
    case "oneOf": checkChoice(value, rule, at: place) { $0 == 1 }
    case "anyOf": checkChoice(value, rule, at: place) { $0 >= 1 }
    case "$ref": checkReference(value, rule.string ?? "", at: place)
    default: complain("has a rule that is not known here: \(keyword)", place)
    }
  }

  private func checkBound(
    _ number: Double?, _ keyword: String, _ rule: JSONValue, at place: String
  ) {
    guard let number, let bound = rule.number else { return }
    if keyword.hasPrefix("min") ? number < bound : number > bound {
      complain("breaks \(keyword) \(bound) with \(number)", place)
    }
  }

  private func checkType(_ value: JSONValue, _ rule: JSONValue, at place: String) {
    let allowed = rule.string.map { [$0] } ?? elements(rule).compactMap(\.string)
    let types: [String] =
      switch value {
      case .null: ["null"]
      case .bool: ["boolean"]
      case .number(let number): number == number.rounded() ? ["number", "integer"] : ["number"]
      case .string: ["string"]
      case .array: ["array"]
      case .object: ["object"]
      }
    if Set(types).isDisjoint(with: allowed) {
      complain("is \(types[0]), not \(allowed.joined(separator: " or "))", place)
    }
  }

  private func checkChoice(
    _ value: JSONValue, _ rule: JSONValue, at place: String, _ isEnough: (Int) -> Bool
  ) {
    let before = complaints.texts
    var (fits, reasons) = (0, [String]())
    for choice in elements(rule) {
      complaints.texts = []
      check(value, choice, at: place)
      if complaints.texts.isEmpty { fits += 1 }
      reasons += complaints.texts
    }
    complaints.texts = before
    if !isEnough(fits) {
      complain("fits \(fits) of the choices (\(reasons.joined(separator: "; ")))", place)
    }
  }

  /// `#/$defs/name`, `file` or `file#/$defs/name`.
  private func checkReference(_ value: JSONValue, _ reference: String, at place: String) {
    let parts = reference.split(separator: "#", omittingEmptySubsequences: false)
    do {
      let schema = parts[0].isEmpty ? self : try Schema(file: String(parts[0]))
      let path = parts.count > 1 ? parts[1].split(separator: "/").map(String.init) : []
      guard let target = path.reduce(Optional(schema.root), { $0?[$1] }) else {
        return complain("has a rule that is not there: \(reference)", place)
      }
      schema.check(value, target, at: place)
      if schema.complaints !== complaints { complaints.texts += schema.complaints.texts }
    } catch {
      complain("has a rule in a file that cannot be read: \(reference)", place)
    }
  }

  private func complain(_ text: String, _ place: String) {
    complaints.texts.append("\(place) \(text)")
  }

  private func elements(_ value: JSONValue) -> [JSONValue] {
    guard case .array(let elements) = value else { return [] }
    return elements
  }

  private func members(_ value: JSONValue) -> [String: JSONValue] {
    guard case .object(let members) = value else { return [:] }
    return members
  }
}
