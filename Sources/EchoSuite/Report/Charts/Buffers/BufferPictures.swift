internal import EchoIO

/// How large a server's buffer should be: Messages/s by buffer and message, coloured where a difference
/// is beyond the margin.
struct BufferPictures {
  let result: SuiteResult

  init(_ result: SuiteResult) { self.result = result }

  /// Nil where no server ran with several buffers.
  var section: PictureSection? {
    let situations = Situations(result)
    let rows = result.summaries.filter {
      $0.scenario.load.rate == nil && $0.scenario.load.verification != .off
        && $0.scenario.server.bufferBytes != nil
    }
    let maps = BufferMap.all(rows, situations)
    guard !maps.isEmpty else { return nil }
    let figures = maps.enumerated().map { index, map in
      Figure(
        name: "buffers-\(index + 1)", title: "Messages/s by buffer, \(map.heading)",
        description: map.sentences, caption: "", drawing: BufferPlot(map: map).drawing)
    }
    return PictureSection(
      id: "buffers", heading: "How large should the buffer be?", figures: figures,
      after: [.paragraph(Text(Self.reading))])
  }

  private static let reading =
    "Messages/s by server buffer (rows) and message (columns). Each is compared with the smallest buffer"
    + " that the message fits, which is framed, in the same rounds. ▼ and a colour: the 95 % interval of"
    + " the ratio lies below ÷\(fixed(Verdict.margin, 2)); the darker, the lower: below"
    + " \(fixed(100 * BufferMap.steps[0], 0)) % and \(fixed(100 * BufferMap.steps[1], 0)) %. ▲: it lies"
    + " above ×\(fixed(Verdict.margin, 2)). Without a mark no difference beyond the margin was shown."
}

/// One server in one situation: a row for each buffer, a column for each message size.
struct BufferMap: Equatable, Sendable {
  let server: String
  let situation: SituationPanel
  /// In bytes, ascending.
  let buffers: [Int]
  let sizes: [ByteCount]
  fileprivate(set) var cells: [Place: Cell]

  var heading: String {
    "\(server), \(situation.heading.prefix(1).lowercased())\(situation.heading.dropFirst())"
  }

  struct Place: Hashable, Sendable {
    let buffer: Int
    let size: ByteCount
  }

  struct Cell: Equatable, Sendable {
    /// Messages/s; nil where there is no figure.
    let value: Double?
    let status: String
    /// Whether it is the smallest buffer that the message fits, with which the others are compared.
    let isReference: Bool
    /// To the reference, as a mean over the rounds that have both; nil of the reference itself.
    var ratio: Double?
    var interval: Interval?

    /// What was shown, and beyond the margin: nil where neither.
    var isBelow: Bool { interval.map { $0.upper < 1 / Verdict.margin } ?? false }
    var isAbove: Bool { interval.map { $0.lower > Verdict.margin } ?? false }
  }

  /// Where a colour is darker.
  static let steps = [0.75, 0.5]
}

extension BufferMap {
  /// Those of which there are several buffers.
  static func all(_ rows: [Summary], _ situations: Situations) -> [BufferMap] {
    // What a message's size is apart from: it is a column, whatever the inner axis.
    let panels = situations.panels(of: rows.map(\.scenario))
    var maps: [BufferMap] = []
    var pairs: [(map: Int, place: Place, pairs: RoundPairs)] = []
    for situation in panels {
      let inside = rows.filter { situations.panel(of: $0.scenario) == situation }
      for server in inside.map(\.scenario.server.name).uniqued {
        let own = inside.filter { $0.scenario.server.name == server }
        guard let map = BufferMap(server, situation, own) else { continue }
        pairs += map.pairs(own).map { (maps.count, $0, $1) }
        maps.append(map)
      }
    }
    // How much ratios vary is learnt from all of them.
    let estimates = LogEstimate.ratios(of: pairs.map(\.pairs))
    for (pair, estimate) in zip(pairs, estimates) {
      maps[pair.map].cells[pair.place]?.ratio = estimate.figure
      maps[pair.map].cells[pair.place]?.interval = estimate.interval()
    }
    return maps
  }

  /// Nil of a single buffer, where nothing was measured, and where a cell would have several loads.
  private init?(_ server: String, _ situation: SituationPanel, _ rows: [Summary]) {
    self.server = server
    self.situation = situation
    buffers = rows.compactMap(\.scenario.server.bufferBytes).uniqued.sorted()
    sizes = rows.map(\.scenario.load.size).uniqued.sorted { $0.bytes < $1.bytes }
    guard buffers.count > 1, sizes.count <= 8,
      rows.contains(where: { $0[.messagesPerSecond] != nil })
    else { return nil }
    cells = [:]
    for row in rows {
      guard let place = Place(row) else { continue }
      guard cells[place] == nil else { return nil }
      let smallest = buffers.first { $0 >= place.size.bytes }
      cells[place] = Cell(
        value: row[.messagesPerSecond]?.value,
        status: row.status == .measured ? "–" : row.statusText,
        isReference: place.buffer == smallest)
    }
  }

  private func pairs(_ rows: [Summary]) -> [(Place, RoundPairs)] {
    let series = Dictionary(
      rows.compactMap { row in Place(row).map { ($0, row.series(.messagesPerSecond).byRound) } },
      uniquingKeysWith: { first, _ in first })
    return sizes.flatMap { size -> [(Place, RoundPairs)] in
      guard let reference = buffers.first(where: { $0 >= size.bytes }),
        let base = series[Place(buffer: reference, size: size)]
      else { return [] }
      return buffers.filter { $0 != reference }.compactMap { buffer in
        let place = Place(buffer: buffer, size: size)
        let pairs = series[place].map { RoundPairs(new: $0, base: base) }
        return pairs.flatMap { $0.pairs.isEmpty ? nil : (place, $0) }
      }
    }
  }

  /// What is beyond the margin, in words.
  var sentences: String {
    let shown = sizes.flatMap { size in
      buffers.compactMap { buffer -> String? in
        guard let cell = cells[Place(buffer: buffer, size: size)], cell.isBelow || cell.isAbove,
          let ratio = cell.ratio
        else { return nil }
        return "\(ByteCount(buffer)) for \(size): \(fixed(ratio, 2))"
      }
    }
    let words = shown.isEmpty ? "no difference beyond the margin" : shown.joined(separator: "; ")
    return "\(heading), as ratios to the smallest buffer that fits: \(words)."
  }
}

extension BufferMap.Place {
  fileprivate init?(_ row: Summary) {
    guard let buffer = row.scenario.server.bufferBytes else { return nil }
    self.init(buffer: buffer, size: row.scenario.load.size)
  }
}
