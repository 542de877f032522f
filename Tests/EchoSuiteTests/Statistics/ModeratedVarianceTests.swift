import Testing

@testable import EchoSuite

struct ModeratedVarianceTests {
  @Test func `variances are drawn towards what the suite has in common`() {
    let own = [0.01, 0.02, 0.03].map { Variance(value: $0, degrees: 5) }
    let moderated = Variance.moderated(own).compactMap { $0 }
    #expect(moderated.map(\.degrees) == [7, 7, 7])
    for (variance, expected) in zip(moderated, [0.012857, 0.02, 0.027143]) {
      #expect(abs(variance.value - expected) < 5e-7)
    }
  }

  @Test func `a single row keeps its own`() {
    let own = Variance(value: 0.3, degrees: 5)
    #expect(Variance.moderated([own]) == [own])
    #expect(Variance.moderated([own, nil])[0] == own)
  }

  @Test func `more than eight other rows are worth eight degrees`() {
    let rows = Array(repeating: Variance(value: 2, degrees: 3), count: 50)
    #expect(Variance.moderated(rows)[0] == Variance(value: 2, degrees: 11))
  }

  @Test func `more rounds weigh more in what is pooled`() {
    // Pooled: (1·8 + 7·0) ÷ 8 = 1, with one prior degree.
    let moderated = Variance.moderated([
      Variance(value: 8, degrees: 1), Variance(value: 0, degrees: 7),
    ])
    #expect(moderated == [Variance(value: 4.5, degrees: 2), Variance(value: 0.125, degrees: 8)])
  }

  @Test func `a row without a variance has that of the others`() {
    let own = Variance(value: 0.5, degrees: 3)
    #expect(Variance.moderated([nil, own, own])[0] == Variance(value: 0.5, degrees: 2))
    #expect(Variance.moderated([nil, nil]) == [nil, nil])
    #expect(Variance.moderated([]) == [])
  }

  @Test func `the order of rows does not matter`() {
    let own = [0.25, 0.5, 1, 4].map { Variance(value: $0, degrees: Int(8 * $0)) }
    #expect(
      Variance.moderated(own.reversed()) == Array(Variance.moderated(own).reversed()))
  }
}
