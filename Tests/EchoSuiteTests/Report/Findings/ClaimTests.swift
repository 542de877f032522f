import Testing

@testable import EchoSuite

/// No table of verdicts gives a sentence that says more than it.
struct ClaimTests {
  /// One server against the reference at three sizes, and two at two.
  private static let tables: [[[Told]]] =
    Told.all(cells: 3).map { [$0] } + Told.all(cells: 4).map { [Array($0[..<2]), Array($0[2...])] }

  @Test(arguments: [Metric.messagesPerSecond, .p50])
  func `whoever is said to be ahead everywhere is better everywhere, and nobody else is`(
    metric: Metric
  ) {
    for table in Self.tables {
      let finding = AheadFinding(.telling(table, metric: metric))
      let always = zip(["a", "b"], table).filter { $1.allSatisfy { $0 == .better } }.map(\.0)
      let names = listed(always)
      let verb =
        metric == .p50
        ? (always.count == 1 ? "answers sooner than" : "answer sooner than")
        : (always.count == 1 ? "is ahead of" : "are ahead of")
      let claimed = "Event client: \(names) \(verb) first at every message size"
      #expect((finding.heading == claimed) == !always.isEmpty, "\(table): \(finding.heading)")
      if always.isEmpty, finding.heading.contains("at every message size") {
        #expect(
          finding.heading.contains("first \(metric == .p50 ? "answers" : "is ahead")"), "\(table)")
      }
    }
  }

  @Test func `nobody is ahead only where nobody is better and all of it is known`() {
    for table in Self.tables {
      let cells = table.flatMap(\.self)
      let heading = AheadFinding(.telling(table)).heading
      if heading.contains("nobody is ahead of") {
        #expect(cells.allSatisfy { [.worse, .tie].contains($0) }, "\(table): \(heading)")
      }
      if heading.contains("nobody that was compared is") {
        let known = table.filter { row in row.contains { ![.missing, .invalid].contains($0) } }
        let isKnown = known.joined().allSatisfy { [.worse, .tie].contains($0) }
        #expect(isKnown && known.count < table.count, "\(table): \(heading)")
      }
      if heading.contains("nobody") { #expect(!cells.contains(.better), "\(table): \(heading)") }
      if heading.contains("nobody differs") { #expect(cells.allSatisfy { $0 == .tie }, "\(table)") }
    }
  }

  @Test func `the reference is ahead of all others only where all are worse everywhere`() {
    for table in Self.tables {
      let heading = AheadFinding(.telling(table)).heading
      guard heading.contains("first is ahead of") else { continue }
      let compared = table.filter { row in row.contains { ![.missing, .invalid].contains($0) } }
      let isBehind = compared.allSatisfy { row in row.allSatisfy { $0 == .worse } }
      #expect(isBehind, "\(table): \(heading)")
      #expect(!compared.isEmpty)
      // Who was not measured is not spoken of as if he had been.
      if compared.count == 1 {
        let name = table[0] == compared[0] ? "a" : "b"
        #expect(heading.contains("ahead of \(name) "))
      }
    }
  }

  @Test func `at how many sizes a server is ahead is counted`() {
    for table in Self.tables {
      guard case .some(let ahead) = Claim(.telling(table)) else { continue }
      for (server, count) in ahead {
        let row = table[server == "a" ? 0 : 1]
        let better = row.count { $0 == .better }
        #expect(better == count && count < row.count)
      }
      let heading = AheadFinding(.telling(table)).heading
      #expect(heading.contains("at \(ahead[0].count) of \(table[0].count) message sizes"))
    }
  }

  @Test func `others that are ahead somewhere are counted`() {
    let rows: [[Told]] = [[.better, .worse], [.better, .worse], [.better, .worse]]
    for (count, words) in [
      (1, ""), (2, ", and 1 other somewhere"), (3, ", and 2 others somewhere"),
    ] {
      let heading = AheadFinding(.telling(Array(rows.prefix(count)))).heading
      #expect(heading == "Event client: a is ahead of first at 1 of 2 message sizes\(words)")
    }
  }

  @Test func `what is undecided is told, of every server and with its number`() {
    for table in Self.tables where table.joined().contains(.undecided) {
      let text = Text.all(AheadFinding(.telling(table)).item)
      #expect(text.contains("ndecided"), "\(table): \(text)")
    }
    for table in Self.tables where !table.joined().contains(.undecided) {
      let text = Text.all(AheadFinding(.telling(table)).item)
      #expect(!text.contains("ndecided"), "\(table): \(text)")
    }
  }

  @Test(arguments: [
    ([Told.tie, .tie], Claim.ties(within: 0.07)), ([.undecided, .undecided], .undecided),
    ([.undecided, .tie], .nobodyShown), ([.worse, .tie], .nobody), ([.worse, .worse], .reference),
    ([.worse, .missing], .nobodyShown), ([.tie, .missing], .nobodyShown),
  ])
  func `where nobody is ahead, that is said as far as it is known`(row: [Told], claim: Claim) {
    #expect(Claim(.telling([row])) == claim)
  }

  @Test func `least CPU time is so in every situation, or it depends on that`() {
    let one = RatioMatrix.telling([[.better, .better], [.worse, .worse]])
    let other = RatioMatrix.telling([[.worse, .worse], [.better, .better]])
    #expect(CostFinding(matrices: [one, one]).item?.headline == "a")
    #expect(CostFinding(matrices: [one, other]).item?.headline == "it depends on the situation")
  }

  @Test func `two that are ahead of the reference are not ranked against each other`() {
    let matrix = RatioMatrix.telling([[.better, .better], [.better, .better]])
    let item = AheadFinding(matrix).item
    #expect(item.headline == "a and b")
    #expect(item.sentence.words.hasSuffix("Which of them is ahead of which was not compared."))
  }

  @Test func `who needs less CPU is said by the same rules`() {
    for table in Self.tables {
      let matrix = RatioMatrix.telling(table)
      guard let item = CostFinding(matrices: [matrix]).item else {
        #expect(table.joined().allSatisfy { [.missing, .invalid].contains($0) })
        continue
      }
      let always = zip(["a", "b"], table).filter { $1.allSatisfy { $0 == .better } }.map(\.0)
      #expect((item.headline == listed(always)) == !always.isEmpty, "\(table): \(item.headline)")
      if item.headline.hasPrefix("nobody") { #expect(!table.joined().contains(.better)) }
      // Of whom nothing is known, nothing is said.
      if item.sentence.words.contains(": nobody needs")
        || item.sentence.words.contains(": nobody differs")
      {
        #expect(table.joined().allSatisfy { [.worse, .tie].contains($0) }, "\(table)")
      }
    }
  }

  @Test func `a client that was the limit is told`() {
    let text = Text.all(AheadFinding(.telling([[.worse, .worse]], clientBound: true)).item)
    #expect(
      text.contains("The client was the limit of first at every message size: it might do more."))
  }

  @Test func `without anything to compare there is a sentence, and no claim`() {
    for table in Self.tables where table.joined().allSatisfy({ [.missing, .invalid].contains($0) })
    {
      let item = AheadFinding(.telling(table)).item
      #expect(item.kind == .nothing && item.headline == "first" && item.details.isEmpty)
    }
  }
}
