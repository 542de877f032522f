internal import EchoIO

/// What a suite found, in a list, and how far that can be trusted.
struct FindingsSection {
  let findings: Findings
  /// Said already, in the title.
  var told: [Text] = []

  var blocks: [Document.Block] {
    let trust = findings.trust.filter { !told.contains($0) }
    return [.heading("Findings", level: 2), .list(findings.items.map(Self.text))]
      + (trust.isEmpty ? [] : [.paragraph(joined(trust))])
  }

  /// `Event client…: libuv. 1.22–1.72 × the messages/s of threads: …`
  static func text(_ item: Findings.Item) -> Text {
    joined(
      [
        "\(emphasis: item.situation): \(strong: item.headline)\(item.headline.hasSuffix(".") ? "" : ".")",
        item.sentence,
      ] + item.details)
  }
}

/// Sentences one after another.
func joined(_ texts: [Text]) -> Text {
  texts.dropFirst().reduce(texts.first ?? "") { $0 + " " + $1 }
}
