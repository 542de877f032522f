internal import EchoIO
internal import Foundation

/// The log of a suite: its plan, the machine, and what has been measured, on the disk after every
/// attempt. `plan.json`, `machine.json`, and `trials.jsonl` with a line per attempt, and one more
/// where what could not run is tried again (``Resumption``); `anatomy.jsonl` with a line for each server
/// of which it was counted what a message costs it.
public struct TrialLog: Sendable {
  public let directory: String
  public let plan: Plan
  public private(set) var machine: Machine
  public private(set) var attempts = Attempts()
  public private(set) var anatomies = Anatomies()
  /// Held by whoever writes, as long as the log lives.
  private var lock: DirectoryLock?

  enum File: String, CaseIterable {
    case plan = "plan.json"
    case machine = "machine.json"
    case trials = "trials.jsonl"
    /// Where the plan wants them.
    case anatomies = "anatomy.jsonl"
  }

  /// Begins an empty log in a folder, which is made.
  /// - Parameter replacing: whether a suite that is there goes.
  /// - Throws: `SuiteError` when there is a suite already, another one is writing, something else
  ///   has the name of one of our files, or the folder cannot be written.
  public static func create(
    _ directory: String, plan: Plan, machine: Machine, replacing: Bool = false
  ) throws -> TrialLog {
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw SuiteError.unwritable(directory, error.fileReason)
    }
    var log = TrialLog(directory: directory, plan: plan, machine: machine)
    log.lock = try DirectoryLock(directory)
    let isOccupied = try log.folder.holdsSuite()
    guard !isOccupied || replacing else { throw SuiteError.occupied(directory) }
    try log.folder.removeSuite()
    log.folder.removeLeftovers()
    // The plan last: from then on it is a suite, and has everything.
    for file in [File.trials] + (plan.countsAnatomy ? [.anatomies] : []) {
      try log.open(file, O_CREAT | O_EXCL).close()
    }
    try log.folder.write(machine, to: .machine)
    try log.folder.write(plan, to: .plan)
    // The folder may be new, too.
    synchronizeFolder(EchoSuite.folder(of: directory))
    return log
  }

  /// Whether a log could be begun in a folder, before there is anything to write.
  /// - Throws: `SuiteError` where `create` would, as far as can be known without making the folder.
  public static func checkVacancy(_ directory: String, replacing: Bool) throws(SuiteError) {
    let isOccupied = try SuiteFolder(path: directory).holdsSuite()
    if isOccupied, !replacing { throw SuiteError.occupied(directory) }
    try SuiteFolder(path: directory).checkPlace()
  }

  /// Reads what a suite has left behind. A last line that was cut off in the middle is left out.
  /// - Throws: `SuiteError` when there is no suite, or its files do not fit each other.
  public static func open(_ directory: String) throws -> TrialLog {
    try read(directory).log
  }

  /// Opens a log to append to it: keeps others out before it reads, and cuts off a last line that
  /// was not written whole.
  /// - Throws: `SuiteError`.
  public static func resume(_ directory: String) throws -> TrialLog {
    let lock = try DirectoryLock(directory)
    guard try SuiteFolder(path: directory).holdsSuite() else {
      throw SuiteError.missing(directory, File.plan.rawValue)
    }
    SuiteFolder(path: directory).removeLeftovers()
    var (log, wholeBytes) = try read(directory)
    log.lock = lock
    for (name, count) in wholeBytes {
      let file = try log.open(name, 0)
      do {
        try file.truncate(atOffset: count)
        try file.close()
      } catch {
        throw SuiteError.unwritable(directory, error.fileReason)
      }
    }
    return log
  }

  /// The plan of the suite in a folder.
  /// - Throws: `SuiteError` when there is none.
  public static func plan(in directory: String) throws -> Plan {
    try SuiteFolder(path: directory).read(Plan.self, from: .plan)
  }

  private init(directory: String, plan: Plan, machine: Machine) {
    self.directory = directory
    self.plan = plan
    self.machine = machine
  }

  /// Whether the plan was put there by the user who runs this program, as far as the file's owner tells.
  public var isOfThisUser: Bool {
    (try? FileStatus(folder.path(.plan), followingLinks: false))?.owner == geteuid()
  }

  /// What has been measured so far, in the order it was.
  public var measurements: [Measurement] { attempts.measurements }

  /// Adds a line and flushes it to the disk.
  /// - Precondition: the log was created or resumed, not just opened to be read.
  /// - Throws: `SuiteError.unwritable`.
  public mutating func append(_ measurement: Measurement) throws {
    try write(measurement, to: .trials)
    attempts.append(measurement)
  }

  /// Whether the machine's floor is still to be measured: before anything else is, or never. That of
  /// another day would not belong to what was measured, nor would this machine's to servers on hosts.
  public var wantsFloor: Bool {
    plan.hosts == nil && machine.floor == nil && attempts.count == 0
  }

  /// Stores the machine's floor with the machine.
  /// - Precondition: as for `append`.
  /// - Throws: `SuiteError.unwritable`.
  public mutating func append(_ floor: Floor) throws {
    guard lock != nil else {
      preconditionFailure("a log that was opened to be read is not written")
    }
    var described = machine
    described.floor = floor
    try folder.write(described, to: .machine)
    machine = described
  }

  /// Adds a line for a server that was counted.
  /// - Precondition: as for a measurement.
  /// - Throws: `SuiteError.unwritable`.
  public mutating func append(_ record: AnatomyRecord) throws {
    try write(record, to: .anatomies)
    anatomies.append(record)
  }

  /// The scenarios that are still to be counted, in the order of the plan.
  public var anatomiesLeft: [Scenario] {
    plan.anatomyScenarios.filter { anatomies.record(for: $0) == nil }
  }

  /// Has tried again what could not run so far, if anything could not: says so in the log.
  /// - Precondition: as for `append`.
  /// - Throws: `SuiteError.unwritable`.
  public mutating func reopen() throws {
    anatomies.forgetFailures()
    var reopened = attempts
    reopened.reopen()
    guard !reopened.retries.isEmpty else { return }
    try write(Resumption(attempts: attempts.count), to: .trials)
    attempts = reopened
  }

  private func write(_ value: some Encodable, to name: File) throws {
    let line = try Self.encoder.encode(value) + Data("\n".utf8)
    guard let lock else { preconditionFailure("a log that was opened to be read is not written") }
    try requirePlace(lock)
    let file = try open(name, O_APPEND)
    do {
      try file.write(contentsOf: line)
      try file.synchronize()
      try file.close()
    } catch {
      throw SuiteError.unwritable(directory, error.fileReason)
    }
  }

  private func requirePlace(_ lock: DirectoryLock) throws(SuiteError) {
    do throws(SystemError) {
      if try lock.isInPlace() { return }
    } catch {
      throw .unwritable(directory, error.fileReason)
    }
    throw .unwritable(directory, "it is not the folder any more that was begun with")
  }

  private static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  private var folder: SuiteFolder { SuiteFolder(path: directory) }

  /// A file of lines for writing; not what is behind a link of that name.
  private func open(_ name: File, _ flags: Int32) throws(SuiteError) -> FileHandle {
    do {
      return try openFile(folder.path(name), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | flags)
    } catch {
      throw SuiteError.unwritable(directory, "\(name.rawValue): \(error.fileReason)")
    }
  }

  /// - Returns: the log, and how many bytes its lines have of each file that has lines.
  private static func read(
    _ directory: String
  ) throws -> (log: TrialLog, wholeBytes: [(File, UInt64)]) {
    let folder = SuiteFolder(path: directory)
    var log = TrialLog(
      directory: directory, plan: try folder.read(Plan.self, from: .plan),
      machine: try folder.read(Machine.self, from: .machine))
    let files: [File] = log.plan.countsAnatomy ? [.trials, .anatomies] : [.trials]
    let wholeBytes = try files.map { name in (name, try log.takeLines(of: name, in: folder)) }
    return (log, wholeBytes)
  }

  /// - Returns: how many bytes they have.
  private mutating func takeLines(
    of name: File, in folder: SuiteFolder
  ) throws(SuiteError) -> UInt64 {
    var number: Int?
    do throws(FileProblem) {
      var lines = try LineReader(folder.path(name))
      for next in 1... {
        number = next
        guard let line = try lines.next() else { break }
        try name == .trials ? take(line) : takeAnatomy(line)
      }
      return lines.wholeBytes
    } catch {
      throw folder.problem(error, with: name, line: number)
    }
  }

  private mutating func takeAnatomy(_ line: Data) throws(FileProblem) {
    var record = try JSONDocument.decode(AnatomyRecord.self, from: line)
    record.makeLegible()
    if let problem = record.problem(among: plan.anatomyScenarios) {
      throw FileProblem(reason: problem)
    }
    anatomies.append(record)
  }

  private mutating func take(_ line: Data) throws(FileProblem) {
    try JSONDocument.checkShape(line)
    if (try? JSONDecoder().decode(Resumption.Stamp.self, from: line)) != nil {
      let resumption = try JSONDocument.decode(Resumption.self, from: line)
      guard resumption.attempts == attempts.count else {
        throw FileProblem(
          reason: "it says that \(resumption.attempts) attempts came before, where"
            + " \(attempts.count) did")
      }
      return attempts.reopen()
    }
    var measurement = try JSONDocument.decode(Measurement.self, from: line)
    // Before anything is made of its figures.
    if let problem = measurement.problem {
      throw FileProblem(reason: "'\(measurement.name)' in round \(measurement.round): \(problem)")
    }
    measurement.makeLegible()
    if let problem = problem(measurement) { throw FileProblem(reason: problem) }
    attempts.append(measurement)
  }

  /// Why a measurement does not belong to the plan and those before it; nil when it does.
  private func problem(_ measurement: Measurement) -> String? {
    let name = "'\(measurement.name)' in round \(measurement.round)"
    guard plan.scenarios.indices.contains(measurement.scenario),
      plan.scenarios[measurement.scenario].name == measurement.name,
      (1...plan.rounds).contains(measurement.round)
    else { return "\(name) is not of this plan" }
    let scenario = plan.scenarios[measurement.scenario]
    if let load = measurement.client?.workload.load, load != scenario.load(like: load) {
      return "\(name) had another load than the plan says"
    }
    if let problem = measurement.problem(ofSearchUnder: scenario.load) {
      return "\(name): \(problem)"
    }
    if let hosts = measurement.hosts {
      let planned = plan.hosts.map { [$0.server.name] + $0.clients.map(\.name) } ?? []
      guard hosts.map(\.host) == planned else {
        return "\(name) had other hosts than the plan says"
      }
    }
    if measurement.foreign != nil, scenario.client == nil {
      return "\(name) had another client than the plan says"
    }
    let next = attempts.count(of: measurement.trial) + 1
    return measurement.attempt == next
      ? nil : "\(name) is there as attempt \(measurement.attempt), where \(next) should be"
  }
}
