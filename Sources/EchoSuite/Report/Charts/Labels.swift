internal import Foundation

extension String {
  /// With an ellipsis for what is beyond `most` characters. Those that are wide in every font count
  /// twice, so that it takes no more room than as many others.
  func shortened(to most: Int) -> String {
    let whole = reduce(0) { $0 + $1.room }
    guard whole > most else { return self }
    var (short, room) = ("", 1)
    for character in self {
      room += character.room
      if room > most { break }
      short.append(character)
    }
    return short + "…"
  }

  /// As many as `shortened(to:)` counts.
  var room: Int { reduce(0) { $0 + $1.room } }
}

extension Character {
  /// 2 for letters about as wide as two others: capitals of that kind, and what is not Latin.
  fileprivate var room: Int {
    if self == "–" || self == "…" { return 1 }
    guard let scalar = unicodeScalars.first, unicodeScalars.count == 1, scalar.value < 0x250 else {
      return 2
    }
    return "mwMW@%".contains(self) ? 2 : 1
  }
}

/// Positions of labels that stand one below the other beside what they name, at least `gap` apart and
/// within `range`; each as near to its own as the others allow. In the order given.
func spread(_ positions: [Double], gap: Double, within range: ClosedRange<Double>) -> [Double] {
  let order = positions.indices.sorted { positions[$0] < positions[$1] }
  // Groups that touch: each is centred on what its members want, and joins the one above when it
  // would overlap it.
  var groups: [(members: [Int], first: Double)] = []
  for index in order {
    groups.append(([index], positions[index]))
    while groups.count > 1 {
      let last = groups[groups.count - 1]
      let before = groups[groups.count - 2]
      guard before.first + Double(before.members.count) * gap > last.first else { break }
      let members = before.members + last.members
      let wanted = members.enumerated().map { positions[$1] - Double($0) * gap }
      groups.removeLast(2)
      groups.append((members, wanted.reduce(0, +) / Double(members.count)))
    }
  }
  var spread = positions
  for group in groups {
    for (place, index) in group.members.enumerated() {
      spread[index] = group.first + Double(place) * gap
    }
  }
  // Pushed back in from the ends, the lower one last.
  for (place, index) in order.enumerated() {
    let least = place == 0 ? range.lowerBound : spread[order[place - 1]] + gap
    spread[index] = max(spread[index], least)
  }
  for (place, index) in order.enumerated().reversed() {
    let most = place == order.count - 1 ? range.upperBound : spread[order[place + 1]] - gap
    spread[index] = min(spread[index], most)
  }
  return spread
}

extension String {
  /// Lines of at most `most` characters, broken between words.
  func lines(atMost most: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ").map(String.init) {
      if let last = lines.last, last.count + 1 + word.count <= most {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(word.shortened(to: most))
      }
    }
    return lines
  }
}

extension Text {
  /// Its words alone.
  var plain: String { spans.map(\.words).joined() }
}
