internal import ArgumentParser
internal import EchoIO
internal import EchoSuite
internal import Foundation

struct ClientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client",
    abstract: "Drive an echo server, verify every byte it returns, and measure it.",
    discussion: """
      Exits with 0 when the result is a measurement, 3 when it is not (the server is wrong, or \
      nothing came back), 1 when the run could not take place, 129, 130 or 143 when \
      interrupted (SIGHUP, SIGINT, SIGTERM).

      Examples:
        $ echobench client --workers 5 --size 64k
        $ echobench client 127.0.0.1:25000 -c 500 -d 10s
        $ echobench client --address unix:/tmp/echo --messages 100k --format json
        $ echobench client --duration 1m --interval 1s --hlog run.hlog
        $ echobench client --connections 50 --find-rate 'p99<1ms'
        $ echobench client h1:25000 --start-at 1796000400 --cooldown 1s --shard 1/3
      """)

  @OptionGroup var options: RunOptions
  @OptionGroup var intervals: IntervalOptions
  @OptionGroup var load: LoadOptions
  @OptionGroup var rate: RateOptions
  @OptionGroup var placement: PlacementOptions
  @OptionGroup var histograms: HistogramOptions
  @OptionGroup var fleet: FleetOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Read the CPU time, memory and switches of this process, and its descendants, too.",
      valueName: "pid"))
  var observe: Int32?

  @Flag(
    help: """
      Stop when standard input ends, as it does when whoever wrote to it is gone; with --start-at stdin, \
      once the load has begun.
      """)
  var untilEof = false

  @Option(help: "How to report: text, markdown, json or csv.")
  var format = ReportFormat.text

  @Option(help: "Write the report to this file instead of to standard output.")
  var output: String?

  enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, markdown, json, csv
  }

  func validate() throws {
    try rate.check(options, intervals, histograms)
    try load.checkReconnect()
    try load.check(for: options.target, toFind: rate.findRate?.value)
    try histograms.check(beside: output)
    try fleet.check(options, toFindRate: rate.findRate != nil, paths)
    guard let observe else { return }
    guard isAlive(observe) else {
      throw ValidationError("'--observe' must be the id of a running process, got \(observe).")
    }
    let address = try options.target
    // A host that cannot be looked up is for the run to complain of.
    if (try? address.isOfThisMachine()) == false {
      throw ValidationError(
        "'--observe' must be given for a server on this machine, and \(address) is not.")
    }
  }

  func run() throws {
    if let complaint = BuildConfiguration.current.complaint { Output.note("warning: \(complaint)") }
    raiseDescriptorLimit()
    let cpus = try placement.list
    if let condition = try rate.findRate?.value {
      let search = FindRate(
        condition: condition,
        workload: try options.workload(load.load(toFind: condition), warmup: .milliseconds(250)),
        duration: try options.duration?.value ?? .seconds(1), observed: observe, cpus: cpus)
      let status = try search.run(format: format, output: output, isQuiet: intervals.quiet)
      if let status { throw status }
      return
    }
    let participant = try fleet.participant(paths)
    fleet.tell(participant)
    let histograms = histograms.named(for: participant)
    let output = FleetOptions.path(output, of: participant)
    var workload = try options.workload(load.load)
    try fleet.apply(to: &workload, participant)
    workload.interval = try intervals.interval?.value
    if let shortage = PortNeed(workload)?.shortage(of: PortNeed.ports) {
      Output.note("warning: \(shortage).")
    }
    let report = report(of: workload, on: cpus, histograms)
    try Output.write(render(report), to: output)
    if format != .text || output != nil { complain(of: report) }
    try histograms.write(report)
    if let status = status(of: report) { throw status }
  }

  /// The run, which a person may watch.
  private func report(
    of workload: Workload, on cpus: CPUList?, _ histograms: HistogramOptions
  ) -> ClientReport {
    let line = intervals.line
    line?.show("connecting to \(workload.address)")
    defer { line?.clear() }
    let isTold = (try? fleet.startAt?.value) == .told
    var input: EndOfInput?
    defer {
      if let input {
        StopSignal.onSignals.fire()
        input.leave()
      }
    }
    do throws(SystemError) {
      try histograms.checkFiles()
      try cpus?.apply()
      if untilEof, !isTold { input = try EndOfInput(firing: .onSignals) }
      return try LoadRun.run(
        workload, observing: observe, until: .onSignals,
        announcing: {
          line?.clear()
          Output.note("ready \(workload.participant.map { "\($0.id)" } ?? "")")
        },
        beginning: { () throws(SystemError) in
          // What says when to begin has been read by then.
          if untilEof, isTold { input = try EndOfInput(firing: .onSignals) }
        },
        telling: line?.tell ?? { _ in },
        showing: line.map { line in { line.show($0) } })
    } catch {
      var failed = ClientReport(workload, error: error)
      failed.partial = StopSignal.caughtSignal != nil
      return failed
    }
  }

  /// Of files that a run leaves.
  private var paths: [String?] { [output, histograms.hdr, histograms.hlog] }

  /// Tells a person what the text on standard output would have told.
  private func complain(of report: ClientReport) {
    if let error = report.error { Output.note(error) }
    if report.valid, let reason = report.serverUnknown { Output.note("warning: \(reason)") }
  }

  private func render(_ report: ClientReport) throws -> String {
    switch format {
    case .text:
      "\(ClientText(report, on: output == nil && Terminal.isAt(1) ? Terminal.style(of: 1) : nil))"
    case .markdown:
      report.table.markdown + (report.intervalTable.map { "\n\($0.markdown)" } ?? "")
    case .json: try Output.line(json: report)
    case .csv: (report.flatIntervalTable ?? report.flatTable).csv
    }
  }

  /// Interruption goes before failure, which goes before invalidity.
  private func status(of report: ClientReport) -> ExitCode? {
    if let signal = StopSignal.caughtSignal { return ExitCode(128 + signal) }
    if report.error != nil { return ExitCode(1) }
    return report.valid ? nil : ExitCode(3)
  }
}
