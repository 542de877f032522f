internal import EchoIO
internal import Foundation

/// The small pictures in the cells of a page's table. What they show stands in figures beside them, so that
/// who cannot see them misses nothing.
struct CellGraphics {
  let row: PageRow

  /// In pixels of the page; its style sheet has the same.
  static let width = 96.0

  /// Dot and interval, from 0 to the most of the situation.
  var messages: Markup? {
    guard let estimate = row.summary[.messagesPerSecond], row.scale.mostMessages > 0 else {
      return nil
    }
    let x = { (value: Double) in Self.inset + value / row.scale.mostMessages * Self.room }
    let interval = row.summary.scenario.load.rate == nil ? estimate.interval : nil
    let ends = interval.flatMap { interval in
      interval.upper.isFinite ? (x(max(0, interval.lower)), x(interval.upper)) : nil
    }
    let line = ends.map { stroke($0.0, $0.1) } ?? .none
    return picture(line + stroke(x(estimate.value), x(estimate.value)))
  }

  /// The kernel's part and the program's own, from 0 to the most of the situation.
  var cpu: Markup? {
    guard let value = row.summary[.serverCPU]?.value, row.scale.mostCPU > 0 else { return nil }
    let end = value / row.scale.mostCPU * Self.width
    let kernel = end * (row.summary.kernelShare ?? 0)
    return picture(stroke(0, kernel) + stroke(kernel, end))
  }

  /// From p50 to p99 on a logarithmic scale, from the shortest p50 of the situation to the longest p99.
  var times: Markup? {
    guard let p50 = row.summary[.p50]?.value, p50 > 0, row.scale.longest > row.scale.shortest else {
      return nil
    }
    let decades = log(row.scale.longest / row.scale.shortest)
    let x = { (value: Double) in
      Self.inset + log(value / row.scale.shortest) / decades * Self.room
    }
    let p99 = row.summary[.p99]?.value ?? p50
    return picture(stroke(x(p50), x(p99)) + upright(x(p50)))
  }

  /// Room for half a dot at either end.
  private static let inset = 5.0
  private static let room = width - 2 * inset

  private func picture(_ strokes: Markup) -> Markup {
    Markup("svg") { strokes }
  }

  private func stroke(_ start: Double, _ end: Double) -> Markup {
    Markup.void("path", ["d": "M\(whole(start)) 7h\(whole(end - start))"])
  }

  private func upright(_ x: Double) -> Markup {
    Markup.void("path", ["d": "M\(whole(x)) 1v12"])
  }
}

/// With many rows the coordinates are a good part of the page.
private func whole(_ pixels: Double) -> String { "\(Int(pixels.rounded()))" }
