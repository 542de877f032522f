internal import EchoIO

/// What a suite would run: its rows, the order of its first round, the command line of each server, and
/// how long that takes at most. Nothing is started or written for it.
public struct DryRun {
  /// As the suite would have it; parts of a rate that a pilot has to find stand in it as millionths.
  public let plan: Plan
  /// How many trials of which length would say what the rates are; nil where the file has them.
  private let pilot: (trials: Int, timing: Plan.Timing)?

  public init(of file: SuiteFile, seed: UInt64) {
    pilot = file.sweep.hasRateParts ? (Pilot.trials(of: file), Pilot.timing(of: file)) : nil
    var file = file
    file.sweep.hasRateParts = false
    plan = Plan(file, seed: seed)
  }

  /// The whole of it as Markdown.
  public func text(into directory: String) -> String {
    document(into: directory).markdown
  }

  func document(into directory: String) -> Document {
    let order = plan.firstRound.map { "\($0 + 1)" }.joined(separator: ", ")
    let blocks: [Document.Block] = [
      .heading("\(plan.name): what would run", level: 1),
      .paragraph(Text(rounds)),
      .paragraph(Text(time)),
      .paragraph("Results would go into \(code: legible(directory)). Nothing has been run."),
      .heading("Rows", level: 2),
      .table(Table(Array(plan.scenarios.enumerated()), rowColumns)),
      .paragraph(
        "The first round runs them in this order, which \(code: "--seed \(plan.seed)") gives again: \(order)."
      ),
      .heading("Servers", level: 2),
      .table(Table(servers, Self.serverColumns)),
    ]
    return Document(blocks: blocks + clients + hosts)
  }

  // MARK: - Rounds and time

  private var rounds: String {
    let (fewest, most) = (plan.goals.fewestRounds, plan.goals.mostRounds)
    let rows = plural(plan.scenarios.count, "row")
    let window =
      "a window of \(TimeSpan(nanoseconds: plan.timing.duration)) after"
      + " \(TimeSpan(nanoseconds: plan.timing.warmup)) of warm-up"
      + (searches
        ? ", or some \(RateSearch.usual.windows) to find a rate" : "")
    guard let precision = plan.goals.precision else {
      return
        "\(rows) in \(plural(most, "round")): \(plural(fewest * plan.scenarios.count, "trial")),"
        + " each with \(window)."
    }
    return "\(rows) in \(fewest) to \(plural(most, "round")), until each is known to within"
      + " \(fixed(100 * precision, 1)) %: \(fewest * plan.scenarios.count) to"
      + " \(plural(most * plan.scenarios.count, "trial")), each with \(window)."
  }

  /// Whether any row looks for the rate that holds: nobody knows beforehand how many windows that
  /// takes, nor how long they have to be.
  private var searches: Bool { plan.scenarios.contains { $0.load.findRate != nil } }

  private var time: String {
    let measuring = longestMeasuring
    var parts = ["\(Self.about(measuring)) of measuring"]
    var total = measuring
    func add(_ time: TimeSpan, _ words: String) {
      parts.append("\(Self.about(time)) \(words)")
      total = TimeSpan(nanoseconds: total.nanoseconds + time.nanoseconds)
    }
    if plan.hosts == nil {
      add(plan.floorTime(beside: measuring), "for what this machine takes at least")
    }
    let counting = plan.expectedTime(ofAnatomies: plan.countsAnatomy ? plan.anatomyScenarios : [])
    if counting > .seconds(0) { add(counting, "for counting what a message costs") }
    if let pilot {
      add(
        Plan.time(of: pilot.trials, pilot.timing, plan.scenarios),
        "for a pilot, which finds what the rates are parts of")
    }
    let search = searches ? " A search takes more where rates are low, or hard to find." : ""
    return
      "\(searches ? "About" : "At most about") \(Self.about(total)): \(parts.joined(separator: ", "))."
      + "\(search) A server that stalls takes up to \(TimeSpan(nanoseconds: plan.timing.timeout)) more"
      + " in each of its trials."
  }

  /// Within the budget, but for the fewest rounds, which are run even so; without one, all rounds and
  /// the trials that may be repeated.
  private var longestMeasuring: TimeSpan {
    let rows = plan.scenarios.count
    let repeated = 1 + Repeats.share
    func time(_ rounds: Int) -> Double {
      Double(plan.expectedTime(ofTrials: rows * rounds).nanoseconds) * repeated
    }
    let all = time(plan.goals.mostRounds)
    let most = plan.goals.budget.map { max(time(plan.goals.fewestRounds), min(Double($0), all)) }
    return TimeSpan(nanoseconds: UInt64(most ?? all))
  }

  /// `2m5s`; a second where it is less.
  private static func about(_ time: TimeSpan) -> String {
    let seconds = max(1, (time.nanoseconds + 500_000_000) / 1_000_000_000)
    return switch seconds {
    case ..<60: "\(seconds)s"
    case ..<3600: "\(seconds / 60)m\(seconds % 60)s"
    default: "\(seconds / 3600)h\(seconds % 3600 / 60)m"
    }
  }
}

// MARK: - Rows

extension DryRun {
  private var rowColumns: [Column<(offset: Int, element: Scenario)>] {
    let isPart = pilot != nil
    return [
      Column("#", value: { $0.offset + 1 }),
      Column("Row", .left, value: { isPart ? $0.element.nameWithRatePart : $0.element.name }),
    ]
  }
}

extension Scenario {
  /// Its name, with a rate that is a part of what the slowest server reaches as such.
  fileprivate var nameWithRatePart: String {
    guard let millionths = load.rate else { return name }
    var other = load
    other.rate = millionths + 1
    guard let label = zip(load.labels, other.labels).first(where: { $0 != $1 })?.0 else {
      return name
    }
    let part = Pilot.percent(Double(millionths) / Double(Sweep.wholeRate))
    return name.replacing(label, with: "\(part) of what the slowest server reaches")
  }
}

extension Plan {
  /// The scenarios' indices in the order of the first round.
  var firstRound: [Int] {
    var orders = RoundOrders(self)
    return orders.next() ?? []
  }
}

// MARK: - Servers

extension DryRun {
  /// A server on one of its transports.
  fileprivate struct Started: Hashable {
    let server: Server
    let transport: Transport
    let hosts: Hosts?
  }

  /// In the order of the rows, each once.
  private var servers: [Started] {
    var seen: Set<Started> = []
    return plan.scenarios.map {
      Started(server: $0.server, transport: $0.load.transport, hosts: plan.hosts)
    }.filter { seen.insert($0).inserted }
  }

  private static let serverColumns: [Column<Started>] = [
    Column("Server", .left, value: { $0.server.name }),
    Column("Command line", .left, value: { legible($0.commandLine, most: .max) }),
    Column("Can it run here?", .left, value: { $0.answer }),
  ]
}

// MARK: - Clients

extension DryRun {
  /// Those that are commands, as they are written; nothing where there is none.
  private var clients: [Document.Block] {
    var seen: Set<Client> = []
    let clients = plan.scenarios.compactMap(\.client).filter { seen.insert($0).inserted }
    guard !clients.isEmpty else { return [] }
    return [
      .heading("Clients", level: 2),
      .table(
        Table(
          clients,
          [
            Column("Client", .left, value: { $0.name }),
            Column("Command", .left, value: { legible($0.command, most: .max) }),
          ])),
    ]
  }
}

extension DryRun.Started {
  /// With words where a trial has what is free then.
  fileprivate var commandLine: String {
    switch server.kind {
    case .backend(let name):
      let port = host == nil ? address : address.replacing(Self.port, with: "0")
      return (["echobench"] + server.arguments(backend: name, at: port) + ["--until-eof"])
        .joined(separator: " ")
    case .command(let line):
      let host = host
      return Server.expand(
        line,
        [
          .address: address, .host: host ?? "", .port: host == nil ? "" : Self.port,
          .bufferSize: server.bufferBytes.map { "\($0)" } ?? "",
        ])
    }
  }

  private static let port = "PORT"

  private var host: String? {
    let any = hosts?.listening ?? transport.loopback
    guard case .internet(let host, _) = any else { return nil }
    return host
  }

  private var address: String {
    guard let host else { return "unix:FOLDER/echo" }
    return host.contains(":") ? "[\(host)]:\(Self.port)" : "\(host):\(Self.port)"
  }

  fileprivate var answer: String {
    if let hosts { return "tried on \(hosts.server.name) before the first round" }
    guard case .backend(let name) = server.kind else { return "tried before the first round" }
    return Backends.named(name)?.unavailability.map { "no: \($0)" } ?? "yes"
  }
}
