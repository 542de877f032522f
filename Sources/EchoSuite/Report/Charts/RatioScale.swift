internal import Foundation

extension Scale {
  /// For ratios: halves and doubles are as far from the same on either side. Holds these values, the
  /// zone of a tie, and half and double.
  static func ratios(_ values: some Sequence<Double>, from start: Double, to end: Double) -> Scale {
    let known = values.filter { $0.isFinite && $0 > 0 }
    let lower = max(Self.farthestRatio.lowerBound, min(0.5, known.min() ?? 1) / 1.05)
    let upper = min(Self.farthestRatio.upperBound, max(2, known.max() ?? 1) * 1.05)
    return Scale(.logarithmic, lower...upper, from: start, to: end)
  }

  /// What is farther lies at the end: an interval of two rounds may have none.
  private static let farthestRatio = 1 / 64.0...64.0

  /// Halves and doubles, and a step between each where there is room.
  var ratioTicks: [Tick] {
    let doubles = (-6...6).map { pow(2, Double($0)) }.filter(values.contains)
    let hasRoom = doubles.count <= 3 && self(1.4) - self(1) >= Self.tickWidth
    let between = hasRoom ? [Tick(0.7, "0.7 ×"), Tick(1.4, "1.4 ×")] : []
    let every = doubles.count > 6 ? 2 : 1
    let ticks = doubles.filter { Int(log2($0).rounded()) % every == 0 }.map {
      Tick($0, Self.ratioText($0))
    }
    return (ticks + between).sorted { $0.value < $1.value }
  }

  /// What the words of a tick take in a wide font, and a little between two.
  private static let tickWidth = 36.0

  private static func ratioText(_ ratio: Double) -> String {
    switch ratio {
    case 1: "1"
    case 0.5: "½ ×"
    case 0.25: "¼ ×"
    case ..<1: "1/\(Int((1 / ratio).rounded())) ×"
    default: "\(Int(ratio)) ×"
    }
  }
}
