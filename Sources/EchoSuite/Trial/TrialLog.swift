internal import Foundation

/// The folder of a suite: `plan.json`, `machine.json`, and `trials.jsonl` with one line per
/// attempt, appended and flushed as it ends.
public struct TrialLog: Sendable {
  public let directory: String
  public let plan: Plan
  public let machine: Machine
  public private(set) var attempts = Attempts()
  /// Held by whoever writes, as long as the log lives (flock(2)).
  private var lock: FileHandle?

  enum File: String {
    case plan = "plan.json"
    case machine = "machine.json"
    case trials = "trials.jsonl"
  }

  /// Begins an empty log in a folder, which is made.
  /// - Throws: `SuiteError` when there is a suite already, or the folder cannot be written.
  public static func create(_ directory: String, plan: Plan, machine: Machine) throws -> TrialLog {
    var log = TrialLog(directory: directory, plan: plan, machine: machine)
    guard !FileManager.default.fileExists(atPath: log.path(.plan)) else {
      throw SuiteError.occupied(directory)
    }
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
      try log.write(plan, to: .plan)
      try log.write(machine, to: .machine)
      try Data().write(to: URL(filePath: log.path(.trials)))
    } catch {
      throw SuiteError.unwritable(directory, error.fileReason)
    }
    log.lock = try takeLock(directory)
    return log
  }

  /// Removes the suite in a folder, and nothing else that is there.
  public static func remove(_ directory: String) throws {
    var lock: FileHandle?
    if FileManager.default.fileExists(atPath: path(.plan, in: directory)) {
      lock = try takeLock(directory)
    }
    defer { withExtendedLifetime(lock) {} }
    let reports = ReportFormat.allCases.map(\.fileName)
    for name in [File.plan, .machine, .trials].map(\.rawValue) + reports {
      let path = "\(directory)/\(name)"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      do {
        try FileManager.default.removeItem(atPath: path)
      } catch {
        throw SuiteError.unwritable(directory, error.fileReason)
      }
    }
  }

  /// Reads what a suite has left behind. A last line that was cut off in the middle is left out.
  /// - Throws: `SuiteError` when there is no suite, or its files do not fit each other.
  public static func open(_ directory: String) throws -> TrialLog {
    var log = TrialLog(
      directory: directory, plan: try plan(in: directory),
      machine: try read(Machine.self, from: .machine, in: directory))
    for measurement in try log.readTrials() { log.attempts.append(measurement) }
    return log
  }

  private init(directory: String, plan: Plan, machine: Machine) {
    self.directory = directory
    self.plan = plan
    self.machine = machine
  }

  /// What has been measured so far, in the order it was.
  public var measurements: [Measurement] { attempts.measurements }

  /// The plan of the suite in a folder.
  /// - Throws: `SuiteError` when there is none.
  public static func plan(in directory: String) throws -> Plan {
    let plan = try read(Plan.self, from: .plan, in: directory)
    if let problem = plan.problem {
      throw SuiteError.unreadable(path(.plan, in: directory), line: nil, problem)
    }
    return plan
  }

  /// Adds a line and flushes it to the disk.
  /// - Throws: `SuiteError.unwritable`.
  public mutating func append(_ measurement: Measurement) throws {
    let line = try Self.encoder.encode(measurement) + Data("\n".utf8)
    guard let file = FileHandle(forUpdatingAtPath: path(.trials)) else {
      throw SuiteError.unwritable(directory, "\(File.trials.rawValue) is not there any more")
    }
    defer { try? file.close() }
    do {
      try file.seekToEnd()
      try file.write(contentsOf: line)
      try file.synchronize()
    } catch {
      throw SuiteError.unwritable(directory, error.fileReason)
    }
    attempts.append(measurement)
  }

  /// Prepares a log that was read for appending: keeps others out, and cuts off a line that was not
  /// written whole.
  /// - Throws: `SuiteError.busy`, `SuiteError.unwritable`.
  public mutating func reopen() throws {
    lock = try Self.takeLock(directory)
    let path = path(.trials)
    guard let data = FileManager.default.contents(atPath: path), data.last != UInt8(ascii: "\n"),
      !data.isEmpty
    else { return }
    let whole = data.lastIndex(of: UInt8(ascii: "\n")).map { data.prefix(through: $0) } ?? Data()
    do {
      try whole.write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw SuiteError.unwritable(directory, error.fileReason)
    }
  }

  /// The lock is on the plan, which nobody replaces while a suite runs.
  private static func takeLock(_ directory: String) throws -> FileHandle {
    guard let file = FileHandle(forReadingAtPath: path(.plan, in: directory)) else {
      throw SuiteError.missing(directory, File.plan.rawValue)
    }
    guard flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw SuiteError.busy(directory)
    }
    return file
  }

  private static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  private static func path(_ file: File, in directory: String) -> String {
    "\(directory)/\(file.rawValue)"
  }

  private func path(_ file: File) -> String { Self.path(file, in: directory) }

  private func write(_ value: some Encodable, to file: File) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    try (try encoder.encode(value) + Data("\n".utf8))
      .write(to: URL(filePath: path(file)), options: .atomic)
  }

  private static func read<Value: Decodable>(
    _ type: Value.Type, from file: File, in directory: String
  ) throws -> Value {
    let path = path(file, in: directory)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SuiteError.missing(directory, file.rawValue)
    }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw SuiteError.unreadable(path, line: nil, "\(error)")
    }
  }

  private func readTrials() throws -> [Measurement] {
    guard let data = FileManager.default.contents(atPath: path(.trials)) else {
      throw SuiteError.missing(directory, File.trials.rawValue)
    }
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // What stands behind the last line feed was cut off while it was written.
    return try lines.dropLast().enumerated().map { index, line in
      let measurement: Measurement
      do {
        measurement = try JSONDecoder().decode(Measurement.self, from: line)
      } catch {
        throw SuiteError.unreadable(path(.trials), line: index + 1, "\(error)")
      }
      guard plan.scenarios.indices.contains(measurement.scenario),
        plan.scenarios[measurement.scenario].name == measurement.name,
        (1...plan.rounds).contains(measurement.round)
      else {
        throw SuiteError.unreadable(
          path(.trials), line: index + 1,
          "'\(measurement.name)' in round \(measurement.round) is not of this plan")
      }
      return measurement
    }
  }
}

/// Why a suite's folder cannot be used.
public enum SuiteError: Error, Equatable, CustomStringConvertible {
  case occupied(String)
  case busy(String)
  case unwritable(String, String)
  case missing(String, String)
  case unreadable(String, line: Int?, String)

  public var description: String {
    switch self {
    case .occupied(let directory):
      "\(directory) already holds a suite. Go on with it (--resume), replace it (--overwrite), or"
        + " choose another folder (--output)."
    case .busy(let directory):
      "another suite is writing into \(directory). Wait for it, or choose another folder (--output)."
    case .unwritable(let directory, let reason):
      "cannot write \(directory): \(reason). Choose another folder with --output."
    case .missing(let directory, let file):
      "\(directory) holds no suite: \(file) is missing. Is the path right?"
    case .unreadable(let file, let line, let reason):
      "\(file)\(line.map { ":\($0)" } ?? ""): not what a suite writes: \(reason)"
    }
  }
}
