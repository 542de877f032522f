internal import Foundation

/// Reads JSON documents of ours, and says in words what is wrong with one that is none.
enum JSONDocument {
  /// - Throws: `FileProblem`: `'timing.duration_ns' is missing`.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from data: Data
  ) throws(FileProblem) -> Value {
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw FileProblem(reason: reason(error, type, data))
    } catch {
      throw FileProblem(reason: error.localizedDescription)
    }
  }

  private static func reason(
    _ error: DecodingError, _ type: any Decodable.Type, _ data: Data
  ) -> String {
    switch error {
    case .keyNotFound(let key, let context):
      return "'\(path(context.codingPath + [key]))' is missing"
    case .valueNotFound(_, let context):
      return "'\(path(context.codingPath))' must not be null"
    case .typeMismatch(let type, let context):
      let subject = context.codingPath.isEmpty ? "it" : "'\(path(context.codingPath))'"
      return "\(subject) must be \(name(type))\(found(context).map { ", but is \($0)" } ?? "")"
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      return syntaxProblem(data) ?? numberProblem(data, type) ?? context.debugDescription
    case .dataCorrupted(let context):
      return corruption(context)
    @unknown default:
      return error.localizedDescription
    }
  }

  /// `scenarios[3].load.size_bytes`.
  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }

  private static func name(_ type: any Any.Type) -> String {
    switch type {
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is [Any].Type: "a list"
    case is [String: Any].Type: "an object"
    default: "an object with exactly one of the members that there are"
    }
  }

  /// From `Expected to decode Int but found a string instead.`
  private static func found(_ context: DecodingError.Context) -> String? {
    guard let words = context.debugDescription.firstMatch(of: /but found (.+) instead/) else {
      return nil
    }
    return switch words.output.1 {
    case "a dictionary": "an object"
    case "an array": "a list"
    case "number": "a number"
    case "bool": "true or false"
    default: String(words.output.1)
    }
  }

  /// A value that its member cannot have.
  private static func corruption(_ context: DecodingError.Context) -> String {
    let path = path(context.codingPath)
    guard let match = context.debugDescription.firstMatch(of: /invalid String value (.*)/)
    else { return "'\(path)': \(context.debugDescription)" }
    let value = match.output.1.prefix(100)
    return path == "schema"
      ? "its schema is '\(value)', which this version does not read"
      : "'\(path)' cannot be '\(value)'"
  }

  /// Why data is not JSON, and where; nil when it is.
  private static func syntaxProblem(_ data: Data) -> String? {
    do {
      _ = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
      return nil
    } catch {
      let detail = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? ""
      let plain = detail.replacing(" during JSON parse", with: "").replacing(" in Swift", with: "")
      return "it is not JSON: \(plain.prefix(1).lowercased())\(plain.dropFirst())"
    }
  }

  /// Which number does not fit its member: the decoder does not say. Every number that fits some
  /// members only is replaced by one that fits all, in turn, until the complaint changes.
  private static func numberProblem(_ data: Data, _ type: any Decodable.Type) -> String? {
    guard var tree = try? JSONDecoder().decode(JSONTree.self, from: data) else { return nil }
    for (path, number) in tree.oddNumbers(at: []) {
      tree.replace(path[...], with: .number(1))
      do {
        let data = try JSONEncoder().encode(tree)
        _ = try JSONDecoder().decode(type, from: data)
      } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
        continue
      } catch {}
      return "'\(self.path(path))' cannot be \(number)"
    }
    return nil
  }
}
