/// What the counts say of servers under the same load, in words:
/// `dispatch: 6.4 calls per message, 2.4 of them re-arming and waking, 2.0 waiting; libuv: 2.2`.
struct AnatomySentence {
  let records: [AnatomyRecord]

  /// Nil when the calls of none are known.
  var text: Text? {
    let known = records.compactMap { record in
      record.anatomy.flatMap { anatomy in
        anatomy.callsPerMessage.map { (record.scenario.server.name, anatomy, $0) }
      }
    }
    guard !known.isEmpty else { return nil }
    let clauses = known.enumerated().map { index, server in
      let (name, anatomy, calls) = server
      let noun = index == 0 ? " calls per message" : ""
      return "\(name): \(Self.count(calls))\(noun)\(Self.share(anatomy))"
    }
    return Text(clauses.joined(separator: "; ") + ".")
  }

  /// `0.07`, `2.2`: as many digits as two servers need to be told apart.
  static func count(_ value: Double) -> String { fixed(value, value < 0.995 ? 2 : 1) }

  /// What does not move bytes, where there is some of it.
  private static func share(_ anatomy: Anatomy) -> String {
    let kinds: [(CallKind, String)] = [(.rearm, "re-arming and waking"), (.wait, "waiting")]
    let parts = kinds.compactMap { kind, words in
      anatomy.calls(for: kind).flatMap { $0 >= leastShown ? (count($0), words) : nil }
    }
    return parts.enumerated().map { index, part in
      ", \(part.0)\(index == 0 ? " of them" : "") \(part.1)"
    }.joined()
  }

  /// Less is not what a server differs from another by.
  private static let leastShown = 0.05
}
