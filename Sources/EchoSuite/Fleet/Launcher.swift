public import EchoIO

/// A program that starts clients on several machines and tells each by variables which one it is.
public struct Launcher: Sendable {
  public let name: String
  /// The variable with the number of this one.
  public let number: String
  /// The variable with how many there are; nil where the launcher has none.
  public let count: String?
  /// Whether the first one is 1 and not 0.
  let isFromOne: Bool

  /// Sources: srun(1), mpirun(1), the PMI-1 standard of MPICH, Kubernetes' Indexed Jobs, Nomad's
  /// runtime variables, parallel(1).
  static let all = [
    Launcher("Slurm", "SLURM_PROCID", of: "SLURM_NTASKS"),
    Launcher("Open MPI", "OMPI_COMM_WORLD_RANK", of: "OMPI_COMM_WORLD_SIZE"),
    Launcher("PMI", "PMI_RANK", of: "PMI_SIZE"),
    Launcher("a Kubernetes Indexed Job", "JOB_COMPLETION_INDEX"),
    Launcher("Nomad", "NOMAD_ALLOC_INDEX"),
    Launcher("GNU parallel", "PARALLEL_SEQ", isFromOne: true),
  ]

  private init(_ name: String, _ number: String, of count: String? = nil, isFromOne: Bool = false) {
    self.name = name
    self.number = number
    self.count = count
    self.isFromOne = isFromOne
  }

  /// What a launcher has told this process.
  public struct Told: Equatable, Sendable {
    /// From 1 on.
    public let index: Int
    /// Nil where it has not told how many there are.
    public let count: Int?
    /// The variable with the number.
    public let variable: String
    /// The number as the launcher has it.
    public let number: Int
  }

  /// What the launcher has told by which this process was started; nil where none has.
  /// - Throws: when a variable is no number, or two launchers tell different things: one was started by
  ///   the other, and which is meant nobody knows.
  public static func told(_ environment: [String: String]) throws(UnitError) -> Told? {
    var found: Told?
    for launcher in all {
      guard let told = try launcher.told(environment) else { continue }
      if let found, found.index != told.index || differ(found.count, told.count) {
        throw UnitError(
          "must be given: \(found.variable) says that this is \(text(found)), and \(told.variable)"
            + " that it is \(text(told))")
      }
      if found == nil || found?.count == nil && told.count != nil { found = told }
    }
    return found
  }

  private func told(_ environment: [String: String]) throws(UnitError) -> Told? {
    guard let number = try Self.value(number, environment) else { return nil }
    let count = try count.flatMap { (name) throws(UnitError) in try Self.value(name, environment) }
    let index = number + (isFromOne ? 0 : 1)
    guard index >= 1, index <= Shard.most, count.map({ (index...Shard.most).contains($0) }) ?? true
    else {
      throw UnitError(
        "must be given: \(self.number) is \(number)"
          + (count.map { " of \($0)" } ?? "") + ", which names none of 1 to \(Shard.most) clients")
    }
    return Told(index: index, count: count, variable: self.number, number: number)
  }

  private static func value(
    _ name: String, _ environment: [String: String]
  ) throws(UnitError) -> Int? {
    guard let text = environment[name], !text.isEmpty else { return nil }
    // So many digits are no overflow when 1 is added.
    guard text.utf8.count <= 9, let value = Int(text), value >= 0 else {
      throw UnitError("must be given: \(name) is '\(legible(text))', which is no number")
    }
    return value
  }

  private static func differ(_ one: Int?, _ other: Int?) -> Bool {
    guard let one, let other else { return false }
    return one != other
  }

  private static func text(_ told: Told) -> String {
    "number \(told.index)" + (told.count.map { " of \($0)" } ?? "")
  }
}
