import Testing

@testable import EchoSuite

struct ScaleTests {
  @Test func `the same factor is the same length everywhere`() {
    let scale = Scale(.logarithmic, 1...100, from: 0, to: 200)
    #expect(scale(1) == 0)
    #expect(scale(100) == 200)
    #expect(abs(scale(10) - 100) < 1e-9)
    #expect(abs((scale(4) - scale(2)) - (scale(40) - scale(20))) < 1e-9)
  }

  @Test func `what is beyond an end lies there, and so does what is infinite or nothing`() {
    let scale = Scale(.logarithmic, 1...100, from: 300, to: 20)
    #expect(scale(1000) == 20)
    #expect(scale(.infinity) == 20)
    #expect(scale(0) == 300)
  }

  @Test(arguments: [Scale.Kind.linear, .logarithmic])
  func `an axis without an end has one, and what is no number is at its start`(kind: Scale.Kind) {
    let endless = Double.infinity
    for values in [0...endless, -endless...endless, 0...1, 1...endless] {
      let scale = Scale(kind, values, from: 10, to: 100)
      for value in [0, 1, -1, endless, -endless, 1e300, Double.nan] {
        #expect((10...100).contains(scale(value)), "\(values) \(value)")
      }
      #expect(scale(Double.nan) == 10)
    }
  }

  @Test(arguments: [Scale.Kind.linear, .logarithmic])
  func `values that are all the same are in the middle`(kind: Scale.Kind) {
    let scale = Scale(kind, 7...7, from: 0, to: 100)
    #expect(abs(scale(7) - 50) < 1e-9)
  }

  @Test(
    arguments: [1.0...10_000, 0.0023...0.004, 3e6...9e6, 1...1.3, 1e-3...1e9, 13...17],
    [Scale.Kind.linear, .logarithmic])
  func `ticks are few, ascending, and within the ends`(
    values: ClosedRange<Double>, kind: Scale.Kind
  ) {
    let ticks = Scale(kind, values, from: 0, to: 100).ticks(atMost: 6)
    #expect(ticks.count <= 6)
    #expect(ticks.allSatisfy(values.contains))
    #expect(zip(ticks, ticks.dropFirst()).allSatisfy(<))
  }

  @Test func `a logarithmic axis has round values`() {
    #expect(Scale(.logarithmic, 1...10_000, from: 0, to: 1).ticks() == [1, 10, 100, 1000, 10_000])
    #expect(Scale(.logarithmic, 8...110, from: 0, to: 1).ticks() == [10, 20, 50, 100])
  }

  @Test func `ratios have the zone of a tie, half and double on their axis`() {
    let scale = Scale.ratios([1.01], from: 0, to: 200)
    #expect(scale.values.contains(0.5) && scale.values.contains(2))
    #expect(scale.ratioTicks.map(\.text) == ["½ ×", "0.7 ×", "1", "1.4 ×", "2 ×"])
    // Where words would touch, the steps between are left out.
    let little = Scale.ratios([1.01], from: 0, to: 100)
    #expect(little.ratioTicks.map(\.text) == ["½ ×", "1", "2 ×"])
    #expect(Scale.ratios([0, .infinity, 0.3], from: 0, to: 1).values.upperBound < 3)
    let wide = Scale.ratios([0.001, 40], from: 0, to: 100)
    #expect(wide.values.lowerBound == 1 / 64.0)
    #expect(wide.ratioTicks.count <= 7)
  }

  @Test func `a tick has no zeros at its end, and a figure has three digits`() {
    #expect(Tick(20_000).text == "20 k")
    #expect(Tick(0.5).text == "0.5")
    #expect(Tick(100).text == "100")
    #expect(Tick(nanoseconds: 20_000).text == "20 µs")
    #expect(brief(127_412) == "127 k")
    #expect(brief(999_600) == "1.00 M")
    #expect(brief(7.178) == "7.18")
    #expect(brief(nanoseconds: 36_100) == "36.1 µs")
  }
}
