internal import Yams

/// Follows the aliases of a YAML text, and merges what its keys `<<` name
/// (https://yaml.org/type/merge.html): a mapping's own keys win over those, and of several mappings the
/// first that has a key.
///
/// Nodes are counted as they would be if they were written out, and there is a limit to that: what an
/// alias stands for is shared, but whoever reads the result sees all of it.
struct YAMLAliases {
  /// What stands for `*` in the text.
  private let asterisk: Character
  private var anchored: [String: (node: Node, count: Int)] = [:]
  private var count = 0

  /// Many times what a suite of ten thousand scenarios takes.
  private static let mostNodes = 100_000

  /// Why an alias or a merge key is none, and where.
  struct Problem: Error {
    let line: Int?
    let reason: String
  }

  init(asterisk: Character) {
    self.asterisk = asterisk
  }

  /// A node, to be given in the order of the text: an alias stands for what was called so last.
  mutating func followed(_ node: Node) throws(Problem) -> Node {
    if let name = alias(node) { return try target(of: name, at: node) }
    let before = count
    count += 1
    let followed: Node
    switch node {
    case .scalar(let scalar): followed = .scalar(restored(scalar))
    case .sequence(let sequence):
      var nodes: [Node] = []
      for node in sequence { nodes.append(try self.followed(node)) }
      followed = .sequence(.init(nodes, sequence.tag, sequence.style, sequence.mark))
    case .mapping(let mapping):
      followed = .mapping(
        .init(try pairs(of: mapping), mapping.tag, mapping.style, mapping.mark))
    case .alias:
      throw Problem(line: node.mark?.line, reason: "has an alias that cannot be followed")
    }
    if let anchor = node.anchor { anchored[anchor.rawValue] = (followed, count - before) }
    return followed
  }

  /// The name behind the asterisk; nil for what is no alias.
  private func alias(_ node: Node) -> String? {
    guard case .scalar(let scalar) = node, scalar.style == .plain,
      scalar.string.first == asterisk
    else { return nil }
    return String(scalar.string.dropFirst())
  }

  private mutating func target(of name: String, at node: Node) throws(Problem) -> Node {
    let line = node.mark?.line
    guard node.anchor == nil else {
      throw Problem(line: line, reason: "'*\(name)' is an alias and has an anchor: leave one out")
    }
    guard let (target, size) = anchored[name] else {
      throw Problem(
        line: line,
        reason: "'*\(name)' stands for nothing: there is no '&\(name)' above it. A text that begins"
          + " with '*' is put in quotes")
    }
    count += size
    guard count <= Self.mostNodes else {
      throw Problem(
        line: line, reason: "its aliases stand for more than \(Self.mostNodes) values: use fewer")
    }
    return target
  }

  private func restored(_ scalar: Node.Scalar) -> Node.Scalar {
    var scalar = scalar
    scalar.string = scalar.string.replacing(String(asterisk), with: "*")
    return scalar
  }

  // MARK: - Mappings

  private mutating func pairs(of mapping: Node.Mapping) throws(Problem) -> [(Node, Node)] {
    var (own, merged): ([(Node, Node)], [(Node, Node)]) = ([], [])
    for (key, value) in mapping {
      if isMerge(key) {
        merged = try self.merged(value)
      } else {
        own.append((try plainKey(key), try followed(value)))
      }
    }
    var known = Set(own.compactMap(\.0.string))
    // Of a key that several mappings have, the first.
    return own + merged.filter { key, _ in key.string.map { known.insert($0).inserted } ?? true }
  }

  private func isMerge(_ key: Node) -> Bool {
    guard case .scalar(let scalar) = key else { return false }
    return scalar.style == .plain && scalar.string == "<<"
  }

  /// A key is compared with others, which would look at all that an alias stands for.
  private mutating func plainKey(_ key: Node) throws(Problem) -> Node {
    guard alias(key) == nil, case .scalar = key else {
      throw Problem(
        line: key.mark?.line, reason: "a key must be a word, written out: no alias, list or mapping"
      )
    }
    return try followed(key)
  }

  private mutating func merged(_ value: Node) throws(Problem) -> [(Node, Node)] {
    let line = value.mark?.line
    let value = try followed(value)
    let mappings = value.sequence.map { $0.map(\.mapping) } ?? [value.mapping]
    var pairs: [(Node, Node)] = []
    for mapping in mappings {
      guard let mapping else {
        throw Problem(
          line: line,
          reason: "'<<' must be a mapping, or a list of mappings, such as *name or [*one, *two]")
      }
      pairs += mapping.map { ($0.key, $0.value) }
    }
    return pairs
  }
}
