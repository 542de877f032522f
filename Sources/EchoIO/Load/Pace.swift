/// The axes that say when messages are sent, and how many at a time.
extension LoadAxis {
  public static let rate = LoadAxis(
    "rate", suiteKey: "rates",
    help: """
      Messages/s over all connections, whatever the replies do: an open loop, in which latency counts \
      from the moment a message is due. (default: closed loop, a message after each reply)
      """,
    omitted: closed,
    read: { (text, load) throws(UnitError) in
      load.rate = text == closed ? nil : try Count(parsing: text).value
    },
    argument: { $0.rate.map { "\($0)" } ?? closed },
    label: { $0.rate.map { "\(grouped($0))/s" } },
    problem: { load in load.rate.flatMap { outside(1...mostPerSecond, $0) } })

  public static let findRate = LoadAxis(
    "find-rate", suiteKey: "find_rate",
    help: """
      Find the highest rate of an open loop at which this holds, such as p99<1ms or 'p50<200us and max<20ms', \
      in windows of --duration (1s unless it is given) and one to confirm it, three times as long.
      """,
    omitted: none,
    read: { (text, load) throws(UnitError) in
      load.findRate = text == none ? nil : try LatencyCondition(parsing: text)
    },
    argument: { $0.findRate?.argument ?? none },
    label: { $0.findRate.map { "rate at \($0)" } },
    problem: { load in
      load.findRate != nil && load.rate != nil
        ? "looks for the rate, and a rate is given: leave one of them out" : nil
    })

  public static let arrival = LoadAxis(
    "arrival", suiteKey: "arrivals",
    help:
      "How messages arrive in an open loop: steady, or poisson (as independent users make them).",
    omitted: Arrival.steady.rawValue,
    choices: Arrival.allCases.map(\.rawValue),
    read: { (text, load) throws(UnitError) in
      let arrival: Arrival = try readChoice(text)
      load.arrival = arrival == .steady ? nil : arrival
    },
    argument: { ($0.arrival ?? .steady).rawValue },
    label: { $0.arrival?.rawValue },
    problem: { $0.arrival != nil && !$0.isOpen ? "is for an open loop: give a rate, too" : nil }
  )

  public static let spin = LoadAxis(
    "spin", suiteKey: nil,
    help: "In an open loop: ask for replies all the time, on a CPU for each worker.",
    isFlag: true, omitted: "off", choices: ["on", "off"],
    read: { (text, load) throws(UnitError) in
      switch text {
      case "on": load.spin = true
      case "off": load.spin = nil
      default: throw UnitError("must be on or off")
      }
    },
    argument: { $0.spins ? "on" : "off" },
    label: { $0.spins ? "spin" : nil },
    problem: { $0.spins && !$0.isOpen ? "is for an open loop: give a rate, too" : nil })

  public static let pipeline = LoadAxis(
    "pipeline", suiteKey: "pipelines",
    help: "Most messages in flight on each connection, or blocks of them. (default: 1)",
    omitted: "1",
    read: { (text, load) throws(UnitError) in
      load.pipeline = try several(text)
    },
    argument: { "\($0.depth)" },
    label: { $0.pipeline.map { "pipeline \($0)" } },
    problem: { load in
      if let rule = outside(1...mostInFlight, load.depth) { return rule }
      return load.depth > 1 && load.depth > mostMomentsKept / load.connections
        ? "is too much for \(plural(load.connections, "connection")): more than"
          + " \(grouped(mostMomentsKept)) blocks in flight" : nil
    })

  public static let block = LoadAxis(
    "block", suiteKey: "blocks",
    help: "Messages that are written as one and awaited as one. (default: 1)",
    omitted: "1",
    read: { (text, load) throws(UnitError) in
      load.block = try several(text)
    },
    argument: { "\($0.messagesPerBlock)" },
    label: { $0.block.map { "blocks of \($0)" } },
    problem: { load in
      if let rule = outside(1...mostInFlight, load.messagesPerBlock) { return rule }
      let most = 16 << 30
      let (messages, isTooMany) = load.messagesPerBlock.multipliedReportingOverflow(by: load.depth)
      return isTooMany || messages > most / load.size.bytes
        ? "and --pipeline must not have more than 16 GiB in flight on a connection" : nil
    })

  public static let reconnect = LoadAxis(
    "reconnect", suiteKey: "reconnects",
    help: """
      Make a new connection for each message, or after every N of them with every=N. (default: keep \
      connections)
      """,
    omitted: "never",
    read: { (text, load) throws(UnitError) in
      if text == "never" {
        load.reconnect = nil
        return
      }
      let every = "every="
      guard text.hasPrefix(every) else { throw UnitError("must be every=N, such as every=1") }
      load.reconnect = try Count(parsing: String(text.dropFirst(every.count))).value
    },
    argument: { $0.reconnect.map { "every=\($0)" } ?? "never" },
    label: { $0.reconnect.map { "reconnect every \($0)" } },
    problem: { load in
      guard let reconnect = load.reconnect else { return nil }
      if load.verification == .off {
        return "needs replies to be verified, to know when they are all there"
      }
      return reconnect.isMultiple(of: load.messagesPerBlock)
        ? nil : "must be whole blocks of \(load.messagesPerBlock) messages"
    })

  private static let closed = "closed"
  private static let none = "none"

  /// nil for one.
  private static func several(_ text: String) throws(UnitError) -> Int? {
    let count = try Count(parsing: text).value
    return count == 1 ? nil : count
  }
}

/// How messages arrive in an open loop.
public enum Arrival: String, CaseIterable, Codable, Sendable {
  /// At the same distance from one another.
  case steady
  /// At random, each independent of the others.
  case poisson
}
