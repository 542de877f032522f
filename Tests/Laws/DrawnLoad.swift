public import EchoIO

extension Draw {
  /// The texts of a load's axes, as a person may write them: some of them, and such as can be together.
  public mutating func loadTexts() -> [String: String] {
    while true {
      let texts = anyLoadTexts()
      if (try? Load(texts)) != nil { return texts }
    }
  }

  public mutating func load() -> Load {
    // It was read before.
    (try? Load(loadTexts())) ?? Load()
  }

  private mutating func anyLoadTexts() -> [String: String] {
    var texts: [String: String] = [:]
    for (name, draw) in Self.axes where chance(35) { texts[name] = draw(&self) }
    if chance(80) { texts["find-rate"] = nil }
    return texts
  }

  private static let axes: [(String, @Sendable (inout Draw) -> String)] = [
    ("size", { $0.sizeText() }),
    ("workers", { $0.countText(64) }), ("connections", { $0.countText(2000) }),
    ("rate", { $0.chance(20) ? "closed" : $0.countText(5_000_000) }),
    ("find-rate", { $0.conditionText() }),
    ("arrival", { $0.one(of: ["steady", "poisson"]) }), ("spin", { $0.one(of: ["on", "off"]) }),
    ("engine", { $0.one(of: ["blocking", "event"]) }),
    ("verify", { $0.one(of: ["full", "length", "off"]) }),
    ("idle-connections", { $0.chance(20) ? "0" : $0.countText(3000) }),
    ("pipeline", { $0.countText(64) }), ("block", { $0.countText(16) }),
    ("reconnect", { $0.chance(20) ? "never" : "every=\($0.countText(1000))" }),
    ("transport", { $0.one(of: ["tcp", "tcp6", "unix"]) }),
    ("nodelay", { $0.one(of: ["on", "off"]) }),
    ("send-buffer", { $0.chance(20) ? "auto" : $0.byteText(1 << 20) }),
    ("receive-buffer", { $0.chance(20) ? "auto" : $0.byteText(1 << 20) }),
  ]

  /// `1000`, `64k`, `3KiB`.
  public mutating func byteText(_ most: Int) -> String {
    guard chance(50) else { return "\(magnitude(most))" }
    let (shift, units) = one(of: [
      (0, [""]), (10, ["k", "K", "KiB", "kib"]), (20, ["m", "M", "MiB"]),
    ])
    guard most >> shift > 0 else { return "\(magnitude(most))" }
    return "\(magnitude(most >> shift))\(one(of: units))"
  }

  /// `5000`, `200k`, `2M`.
  public mutating func countText(_ most: Int) -> String {
    most >= 1000 && chance(30) ? "\(magnitude(most / 1000))k" : "\(magnitude(most))"
  }

  /// A single size, several, or a range.
  public mutating func sizeText() -> String {
    switch int(0...3) {
    case 0:
      return list(2...16) { $0.byteText(1 << 20) }.joined(separator: ",")
    case 1:
      return "uniform:\(byteText(4096))-\(byteText(1 << 20))"
    default:
      return byteText(1 << 20)
    }
  }

  /// `500ms`, `1.001`, `2m`.
  public mutating func spanText() -> String {
    let unit = one(of: ["ns", "us", "ms", "s", "", "m"])
    return "\(magnitude(1000))\(unit == "ns" ? "" : one(of: ["", ".5", ".001", ".25"]))\(unit)"
  }

  public mutating func conditionText() -> String {
    list(1...3) { draw in
      let figure = draw.one(of: ["p50", "p90", "p99", "p99.9", "mean", "max"])
      let relation = draw.one(of: ["<", "<=", " < ", " <= "])
      return figure + relation + draw.spanText()
    }.joined(separator: one(of: [",", " and ", ", "]))
  }
}
