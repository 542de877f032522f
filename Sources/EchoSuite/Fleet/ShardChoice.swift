public import EchoIO

/// Which one of how many a client is, as the command line has it: `2/3`, `auto`, or `auto/3` where the
/// launcher does not tell how many there are.
public enum ShardChoice: ReadableText, Equatable {
  case given(Shard)
  case told(count: Int?)

  public init(parsing text: String) throws(UnitError) {
    let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    let count = parts.count == 2 ? Self.number(parts[1]) : nil
    if parts[0] == "auto", parts.count == 1 || (parts.count == 2 && count != nil) {
      self = .told(count: count)
      return
    }
    guard parts.count == 2, let count, let index = Self.number(parts[0]), index <= count else {
      throw UnitError(
        "must be number/count such as 1/3, from 1/3 to 3/3, of at most \(Shard.most), or auto, or"
          + " auto/3")
    }
    self = .given(Shard(index, of: count))
  }

  private static func number(_ text: Substring) -> Int? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
      (1...Shard.most).contains(number)
    else { return nil }
    return number
  }

  /// The shard, by the variables of the launcher where it is to tell.
  /// - Throws: in words that follow the option's name.
  public func shard(_ environment: [String: String]) throws(UnitError) -> Shard {
    switch self {
    case .given(let shard): return shard
    case .told(let given):
      guard let told = try Launcher.told(environment) else {
        let variables = Launcher.all.map(\.number).joined(separator: ", ")
        throw UnitError(
          "must be number/count here: no launcher has told which one this is (\(variables))")
      }
      if let given, let count = told.count, given != count {
        throw UnitError("must name the \(count) clients that \(told.variable)'s launcher started")
      }
      guard let count = given ?? told.count else {
        throw UnitError(
          "must be auto/count here, such as auto/3: \(told.variable) tells which one this is, and no"
            + " variable how many there are")
      }
      guard told.index <= count else {
        throw UnitError("must have a count of at least \(told.index), as \(told.variable) tells")
      }
      return Shard(told.index, of: count, from: told.variable)
    }
  }
}
