internal import ArgumentParser
internal import EchoIO
internal import EchoSuite
internal import Foundation

/// A client that is one of several, which any launcher has started: who it is, when its load begins, and
/// how long it goes on.
struct FleetOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Connect everything, and begin the load at this moment: 2026-11-29T17:00:00.5Z, or seconds since 1970; \
      or as a line of standard input says, 'go' or a moment, after 'echobench: ready ID' on standard error.
      """, valueName: "moment|stdin"))
  var startAt: Given<StartRule>?

  @Option(
    parsing: .unconditional,
    help: """
      Load after the window, which is not counted: the windows of other clients, a little later, lie under \
      it, too. (default: 0)
      """)
  var cooldown: Given<TimeSpan>?

  @Option(
    help: ArgumentHelp(
      """
      What this client is called among several: in its JSON, in place of {id} in the names of files, and in \
      the content of its messages. (default: the host's name, and its number where there is one)
      """, valueName: "name"))
  var id: Given<ClientID>?

  @Option(
    help: ArgumentHelp(
      """
      Which one of how many this is, from 1/3 to 3/3; auto takes that from the launcher's variables \
      (SLURM_PROCID and its like), auto/3 where these have no count. Nothing is divided: each client \
      has the load of its own command line.
      """, valueName: "i/n|auto"))
  var shard: Given<ShardChoice>?

  func validate() throws {
    try startAt?.check("--start-at")
    try cooldown?.check("--cooldown")
    try id?.check("--id")
    try shard?.check("--shard")
  }

  /// Complains about options that have no place beside it.
  /// - Parameter paths: of files that a run leaves.
  func check(_ options: RunOptions, toFindRate isSearch: Bool, _ paths: [String?]) throws {
    let mine = [
      ("--start-at", startAt != nil), ("--cooldown", cooldown != nil), ("--id", id != nil),
      ("--shard", shard != nil),
    ]
    if isSearch, let name = mine.first(where: \.1)?.0 {
      throw ValidationError(
        "'\(name)' is of one run, and '--find-rate' makes many: run the rate that it finds with --rate."
      )
    }
    if options.messages != nil, cooldown != nil {
      throw ValidationError(
        "'--cooldown' is for a window that ends at a moment, and '--messages' ends it with a message:"
          + " give '--duration'.")
    }
    _ = try participant(paths)
  }

  /// Who this client is; nil of one by itself, which neither an option nor the name of a file calls one of
  /// several.
  func participant(_ paths: [String?]) throws -> Participant? {
    let isNamed = paths.contains { $0?.contains(Self.placeholder) ?? false }
    guard startAt != nil || id != nil || shard != nil || isNamed else { return nil }
    let environment = ProcessInfo.processInfo.environment
    let choice = try self.shard?.value
    let shard = try complaining("--shard") { () throws(UnitError) in
      try choice?.shard(environment)
    }
    let id: ClientID
    if let given = try self.id?.value {
      id = given
    } else {
      let told = try complaining("--id") { () throws(UnitError) in
        try Launcher.told(environment)?.number
      }
      let number = shard?.from == nil ? shard?.index ?? told : told
      id = ClientID(host: hostName(), number: number)
    }
    return Participant(id: id, shard: shard, version: Version.number)
  }

  /// The run of a client that is one of several.
  func apply(to workload: inout Workload, _ participant: Participant?) throws {
    workload.start = try startAt?.value ?? .atOnce
    workload.cooldown = try cooldown?.value ?? .milliseconds(0)
    guard let participant else { return }
    workload.participant = participant
    workload.seed = Workload.seed(workload.seed, of: participant.id)
  }

  /// Tells a person which shard an `auto` has come to.
  func tell(_ participant: Participant?) {
    guard let shard = participant?.shard, let variable = shard.from else { return }
    Output.note("this is shard \(shard.index) of \(shard.count), as \(variable) says")
  }

  /// A file's name, with the id in the place of its placeholder.
  static func path(_ path: String?, of participant: Participant?) -> String? {
    guard let participant else { return path }
    return path?.replacing(placeholder, with: participant.id.description)
  }

  private static let placeholder = "{id}"

  private func complaining<Value>(
    _ option: String, _ body: () throws(UnitError) -> Value
  ) throws -> Value {
    do throws(UnitError) {
      return try body()
    } catch {
      throw ValidationError("'\(option)' \(error).")
    }
  }
}
