internal import EchoIO

/// Round trips by how long they took, as bars in a few lines.
struct LatencyBars {
  let histogram: LatencyHistogram
  let style: TerminalStyle

  /// So many lines at most, and one for what took longer.
  static let mostLines = 9

  /// Edges within a decade: preferred numbers (ISO 3), fine to coarse.
  private static let scales: [[Double]] = [
    [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8], [1, 1.6, 2.5, 4, 6.3], [1, 2, 5], [1],
  ]

  /// ` 25.0 to 31.5 µs  ███████  41.2 %`; nothing where nothing was recorded.
  var lines: [String] {
    guard histogram.count > 0, let edges else { return [] }
    let bins = counts(edges)
    let most = bins.map(\.count).max() ?? 0
    let labels = bins.map { style.plain($0.label) }
    let width = labels.map(\.terminalColumns).max() ?? 0
    let room = max(5, min(40, style.columns - Self.margin - width - 12))
    return zip(bins, labels).map { bin, label in
      let share = Double(bin.count) / Double(max(1, most))
      let drawn = bar(share, columns: room, isASCII: style.isASCII)
      let percent = fixed(100 * Double(bin.count) / Double(histogram.count), 1)
      let padding = String(repeating: " ", count: width - label.terminalColumns)
      let space = String(repeating: " ", count: room - drawn.terminalColumns)
      let number = String(repeating: " ", count: max(0, 5 - percent.count)) + percent
      return "\(padding)\(label)  \(drawn)\(space)  \(number) %"
    }
  }

  /// Where the lines of a text begin.
  static let margin = 13

  private struct Bin {
    let label: String
    let count: UInt64
  }

  /// From below the least to above all but one in a thousand, as fine as there is room.
  private var edges: [Double]? {
    let (least, most) = (Double(max(1, histogram.min)), Double(end))
    return Self.scales.lazy.map { Self.edges($0, least, most) }.first {
      $0.count <= Self.mostLines + 1
    } ?? [least, most]
  }

  /// All but one in a thousand, as far as that is known.
  private var end: UInt64 { max(1, histogram.percentile(99.9) ?? histogram.max) }

  private static func edges(_ scale: [Double], _ least: Double, _ most: Double) -> [Double] {
    var decade = 1.0
    while decade * 10 <= least { decade *= 10 }
    var edges: [Double] = []
    while edges.last.map({ $0 <= most }) ?? true {
      for step in scale where edges.last.map({ $0 <= most }) ?? true {
        let edge = step * decade
        if edge <= least { edges = [edge] } else { edges.append(edge) }
      }
      decade *= 10
    }
    return edges
  }

  private func counts(_ edges: [Double]) -> [Bin] {
    var counts = Array(repeating: UInt64(0), count: edges.count)
    for bucket in histogram.buckets {
      let value = Double(bucket.values.lowerBound)
      let place = edges.lastIndex { $0 <= value } ?? 0
      counts[place] += bucket.count
    }
    return edges.indices.compactMap { place in
      guard place + 1 < edges.count else {
        return counts[place] == 0
          ? nil : Bin(label: "above \(brief(nanoseconds: edges[place]))", count: counts[place])
      }
      return Bin(
        label: "\(brief(nanoseconds: edges[place])) to \(brief(nanoseconds: edges[place + 1]))",
        count: counts[place])
    }
  }
}
