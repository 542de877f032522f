internal import Foundation

/// Reads JSON documents of ours, and says in words what is wrong with one that is none.
enum JSONDocument {
  /// - Throws: `FileProblem`: `'timing.duration_ns' is missing`.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from data: Data
  ) throws(FileProblem) -> Value {
    try checkShape(data)
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw FileProblem(reason: reason(error, type, data))
    } catch {
      throw FileProblem(reason: error.localizedDescription)
    }
  }

  /// What takes the decoder's memory or ends it is no document of ours.
  static func checkShape(_ data: Data) throws(FileProblem) {
    guard !isTooDeep(data) else { throw FileProblem(reason: tooDeep) }
    try checkDensity(data)
  }

  /// Whether lists and objects lie in each other deeper than they may: where they do, 512 deep, and the document
  /// ends right there, the decoder looks beyond its end, and traps.
  private static func isTooDeep(_ data: Data) -> Bool {
    guard data.count(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }) > deepest
    else { return false }
    // The decoder reads UTF-16, too, where half of a character may look like a quote.
    guard !data.contains(0) else { return true }
    var (depth, isString, isEscaped) = (0, false, false)
    for byte in data {
      switch byte {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\") where isString: isEscaped = true
      case UInt8(ascii: "\""): isString.toggle()
      case _ where isString: break
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
      if depth > deepest { return true }
    }
    return false
  }

  private static let deepest = 200
  private static let tooDeep =
    "it has lists and objects in each other to a depth that no document of ours has"

  /// The decoder takes some 60 bytes for each value, whatever the value is. What is nothing but values takes many
  /// times its own length for them, and is no document of ours, whose names alone are longer.
  /// - Throws: `FileProblem` where that would be more than ten times, and more than any short document takes.
  private static func checkDensity(_ data: Data) throws(FileProblem) {
    guard data.count > shortDocument else { return }
    let marks = data.count { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[")
        || byte == UInt8(ascii: "{")
    }
    guard marks > data.count / fewestBytesPerMark else { return }
    throw FileProblem(reason: "it has more values than a document of its length can have")
  }

  private static let shortDocument = 1 << 20
  private static let fewestBytesPerMark = 8

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

  /// Which number does not fit its member: the decoder does not say. Of all numbers that fit some members only, it
  /// is the first with which, replaced as all before it by one that fits any, the complaint is another: halves are
  /// tried, since a document may have many.
  private static func numberProblem(_ data: Data, _ type: any Decodable.Type) -> String? {
    guard data.count <= longestToSearch,
      let tree = try? JSONDecoder().decode(JSONTree.self, from: data)
    else { return nil }
    let numbers = tree.oddNumbers(at: [])
    guard !isNumberProblem(tree, type, without: numbers.count) else { return nil }
    var (low, high) = (0, numbers.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if isNumberProblem(tree, type, without: middle) { low = middle } else { high = middle }
    }
    guard high > 0 else { return nil }
    return "'\(path(numbers[high - 1].path))' cannot be \(numbers[high - 1].number)"
  }

  /// Whether the decoder still complains without a place, of a tree without so many odd numbers.
  private static func isNumberProblem(
    _ tree: JSONTree, _ type: any Decodable.Type, without count: Int
  ) -> Bool {
    var left = count
    let changed = tree.replacingOddNumbers(&left)
    do {
      _ = try JSONDecoder().decode(type, from: try JSONEncoder().encode(changed))
    } catch DecodingError.dataCorrupted(let context) {
      return context.codingPath.isEmpty
    } catch {}
    return false
  }

  /// To make a tree of more takes seconds.
  private static let longestToSearch = 256 << 10
}
