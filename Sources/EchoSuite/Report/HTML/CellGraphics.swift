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
      interval.upper.isFinite ? [x(max(0, interval.lower)), x(interval.upper)] : nil
    }
    return picture(line(from: x(estimate.value), to: ends ?? [x(estimate.value)]))
  }

  /// The kernel's part and the program's own, from 0 to the most of the situation.
  var cpu: Markup? {
    guard let value = row.summary[.serverCPU]?.value, row.scale.mostCPU > 0 else { return nil }
    let end = value / row.scale.mostCPU * Self.width
    let kernel = end * (row.summary.kernelShare ?? 0)
    let own = kernel.rounded() < end.rounded() ? line(from: kernel, to: [end]) : .none
    return picture(line(from: 0, to: [kernel]) + own)
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
    return picture(line(from: x(p50), to: [x(p99)]))
  }

  /// What a line begins with, by the style sheet: a dot at a figure, of the reference in another colour, and
  /// a bar at p50. Once in a page, before the table.
  static var marks: Markup {
    Markup("svg", ["class": "unseen", "aria-hidden": "true"]) {
      mark("dot") { Markup.void("circle", ["class": "f more", "cx": "5", "cy": "7", "r": "4.5"]) }
      mark("reference-dot") {
        Markup.void("circle", ["class": "f ink", "cx": "5", "cy": "7", "r": "4.5"])
      }
      mark("bar") {
        Markup.void("path", ["class": "o ink", "d": "M5 1v12", "stroke-width": "2.5"])
      }
    }
  }

  private static func mark(_ id: String, @MarkupBuilder _ shape: () -> Markup) -> Markup {
    Markup(
      "marker",
      [
        "id": id, "markerUnits": "userSpaceOnUse", "markerWidth": "10", "markerHeight": "14",
        "refX": "5", "refY": "7",
      ], shape)
  }

  /// Room for half a dot at either end.
  private static let inset = 5.0
  private static let room = width - 2 * inset

  private func picture(_ lines: Markup) -> Markup {
    Markup("svg") { lines }
  }

  private func line(from start: Double, to places: [Double]) -> Markup {
    Markup.void("path", ["d": "M\(whole(start)) 7" + places.map { "H" + whole($0) }.joined()])
  }
}

/// With many rows the coordinates are a good part of the page.
private func whole(_ pixels: Double) -> String { "\(Int(pixels.rounded()))" }
