internal import Foundation

/// A member of machine.json in which two results differ.
public struct MachineDifference: Equatable, Sendable, CustomStringConvertible {
  /// `processor.model`, as the file has it.
  public let member: String
  public let base: String
  public let new: String
  /// Of the program that measured, as opposed to the machine.
  public var isOfBuild: Bool { member.hasPrefix("build.") || member.contains(".build.") }

  public var description: String { "\(member) is \(new), and was \(base)" }

  /// Members that differ whenever anything is measured twice; the whole of them where they have members
  /// of their own.
  private static let passing: Set<String> = ["date", "floor", "load_average", "schema"]

  /// In the order of their names; none where figures of both may be compared. Two builds with changes
  /// that are not committed differ: nobody knows that they have the same.
  public static func all(base: Machine, new: Machine) -> [MachineDifference] {
    let (before, after) = (leaves(of: base), leaves(of: new))
    let members = Set(before.keys).union(after.keys).filter { member in
      !member.split(separator: ".").contains { passing.contains(String($0)) }
    }
    var found = members.sorted().compactMap { member -> MachineDifference? in
      let (old, now) = (before[member] ?? "not known", after[member] ?? "not known")
      return old == now ? nil : MachineDifference(member: member, base: old, new: now)
    }
    let isDirty = base.build.revision?.dirty == true && new.build.revision?.dirty == true
    if isDirty, !found.contains(where: \.isOfBuild) {
      found.append(
        MachineDifference(
          member: "build.revision.dirty", base: "true", new: "true, which may be other changes"))
    }
    return found
  }

  /// The values by their paths: whatever a machine has, without naming it here.
  private static func leaves(of machine: Machine) -> [String: String] {
    guard let data = try? JSONEncoder().encode(machine),
      let tree = try? JSONDecoder().decode(JSONTree.self, from: data)
    else { return [:] }
    var leaves: [String: String] = [:]
    tree.forEachLeaf { leaves[$0] = $1 }
    return leaves
  }
}

extension JSONTree {
  /// Every value that has no members, with its path: `processor.model`, `hosts[0].name`. A list of values
  /// is one.
  fileprivate func forEachLeaf(at path: String = "", _ body: (String, String) -> Void) {
    switch self {
    case .object(let members):
      for (key, value) in members {
        value.forEachLeaf(at: path.isEmpty ? key : "\(path).\(key)", body)
      }
    case .list(let values) where values.contains(where: \.isObject):
      for (index, value) in values.enumerated() { value.forEachLeaf(at: "\(path)[\(index)]", body) }
    default: body(path, text)
    }
  }

  private var isObject: Bool { if case .object = self { true } else { false } }

  private var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .list(let values): values.map(\.text).joined(separator: " ")
    case .object: "an object"
    }
  }
}
