/// What a suite found, a card for each situation, and what may be believed of it.
struct FindingCards {
  let findings: Findings

  @MarkupBuilder var markup: Markup {
    if !findings.items.isEmpty {
      Markup("section", ["id": "findings", "aria-labelledby": "findings-heading"]) {
        Markup("h2", ["id": "findings-heading", "class": "unseen"]) { "What was found" }
        Markup("div", ["class": "cards"]) { findings.items.map(card) }
        if !findings.trust.isEmpty {
          Markup("ul", ["class": "trust"]) {
            findings.trust.map { sentence in Markup("li") { Markup(sentence) } }
          }
        }
        "\n"
      }
    }
  }

  private func card(_ item: Findings.Item) -> Markup {
    Markup("article", ["class": "card \(item.kind.rawValue)"]) {
      Markup("p", ["class": "kicker"]) { item.situation }
      Markup("h3") { item.headline }
      Markup("p") { Markup(item.sentence) }
      let shown = item.details.count == Self.shown + 1 ? item.details.count : Self.shown
      details(item.details.prefix(shown))
      let rest = item.details.dropFirst(shown)
      if !rest.isEmpty {
        Markup("details") {
          Markup("summary") { "\(rest.count) more" }
          details(rest)
        }
      }
    }
  }

  /// As many details of a card as are read at a glance; the others open, unless it is a single one.
  private static let shown = 3

  private func details(_ details: ArraySlice<Text>) -> Markup {
    .joined(details.map { detail in Markup("p", ["class": "detail"]) { Markup(detail) } })
  }
}
