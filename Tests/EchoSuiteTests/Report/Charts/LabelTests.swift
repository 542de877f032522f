import Testing

@testable import EchoSuite

struct LabelTests {
  @Test func `labels keep to their places where they do not overlap`() {
    #expect(spread([80, 20, 50], gap: 14, within: 0...100) == [80, 20, 50])
  }

  @Test func `labels that would overlap are pushed apart around what they name`() {
    #expect(spread([50, 50], gap: 10, within: 0...100) == [45, 55])
  }

  @Test(arguments: 1...20)
  func `labels are a gap apart, in the order of what they name, and within the range`(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let positions = (0..<7).map { _ in Double.random(in: 0...170, using: &random) }
    let placed = spread(positions, gap: 16, within: 0...170)
    let order = positions.indices.sorted { positions[$0] < positions[$1] }.map { placed[$0] }
    #expect(zip(order, order.dropFirst()).allSatisfy { $1 - $0 >= 16 - 1e-9 })
    #expect(placed.allSatisfy { (-1e-9...170 + 1e-9).contains($0) })
  }

  @Test func `a long name has an ellipsis, and wide letters count twice`() {
    #expect(
      "fastthreadpool/corrected".shortened(to: 24) == "fastthreadpool/corrected".shortened(to: 99))
    #expect("abcdefghij".shortened(to: 6) == "abcde…")
    #expect("WWWWW".shortened(to: 6) == "WW…")
    #expect("サーバーの名前".shortened(to: 8).room <= 8)
  }

  @Test func `lines break between words`() {
    #expect("a bc def g".lines(atMost: 4) == ["a bc", "def", "g"])
    #expect("abcdefgh".lines(atMost: 4) == ["abc…"])
  }
}
