import EchoIO
import Testing

@testable import EchoSuite

struct LauncherTests {
  @Test(arguments: [
    (["SLURM_PROCID": "0", "SLURM_NTASKS": "2"], Shard(1, of: 2, from: "SLURM_PROCID")),
    (
      ["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"],
      Shard(2, of: 2, from: "OMPI_COMM_WORLD_RANK")
    ),
    (["PMI_RANK": "3", "PMI_SIZE": "4"], Shard(4, of: 4, from: "PMI_RANK")),
    // Two launchers of one mind, as Slurm's own PMI.
    (
      ["SLURM_PROCID": "1", "SLURM_NTASKS": "3", "PMI_RANK": "1", "PMI_SIZE": "3"],
      Shard(2, of: 3, from: "SLURM_PROCID")
    ),
    (
      ["PMI_RANK": "", "SLURM_PROCID": "0", "SLURM_NTASKS": "1"],
      Shard(1, of: 1, from: "SLURM_PROCID")
    ),
  ])
  func `auto takes what the launcher tells`(environment: [String: String], shard: Shard) throws {
    #expect(try ShardChoice(parsing: "auto").shard(environment) == shard)
  }

  @Test(arguments: [
    ("JOB_COMPLETION_INDEX", "2", 3), ("NOMAD_ALLOC_INDEX", "0", 1), ("PARALLEL_SEQ", "2", 2),
  ])
  func `a launcher that has no count is given one`(variable: String, value: String, index: Int)
    throws
  {
    let shard = try ShardChoice(parsing: "auto/3").shard([variable: value])
    #expect(shard == Shard(index, of: 3, from: variable))
    let error = try #require(throws: UnitError.self) {
      try ShardChoice(parsing: "auto").shard([variable: value])
    }
    #expect("\(error)".hasPrefix("must be auto/count here, such as auto/3: \(variable) tells"))
  }

  @Test(arguments: [
    (
      "auto", ["SLURM_PROCID": "0", "SLURM_NTASKS": "2", "PARALLEL_SEQ": "2"],
      "must be given: SLURM_PROCID says that this is number 1 of 2, and PARALLEL_SEQ that it is number 2"
    ),
    (
      "auto", ["SLURM_PROCID": "0", "SLURM_NTASKS": "2", "PMI_RANK": "0", "PMI_SIZE": "3"],
      "must be given: SLURM_PROCID says that this is number 1 of 2, and PMI_RANK that it is number 1 of 3"
    ),
    ("auto", [:], "must be number/count here: no launcher has told which one this is"),
    (
      "auto/3", ["PMI_RANK": "0", "PMI_SIZE": "4"],
      "must name the 4 clients that PMI_RANK's launcher"
    ),
    ("auto/3", ["NOMAD_ALLOC_INDEX": "3"], "must have a count of at least 4, as NOMAD_ALLOC_INDEX"),
    (
      "auto", ["PMI_RANK": "x", "PMI_SIZE": "4"],
      "must be given: PMI_RANK is 'x', which is no number"
    ),
    ("auto", ["PMI_RANK": "-1", "PMI_SIZE": "4"], "must be given: PMI_RANK is '-1', which is no"),
    (
      "auto", ["PMI_RANK": "9223372036854775807", "PMI_SIZE": "4"], "must be given: PMI_RANK is '9"
    ),
    (
      "auto", ["PMI_RANK": "4", "PMI_SIZE": "4"],
      "must be given: PMI_RANK is 4 of 4, which names none"
    ),
    (
      "auto", ["PARALLEL_SEQ": "0"],
      "must be given: PARALLEL_SEQ is 0, which names none of 1 to 4096"
    ),
  ])
  func `what does not say which of how many is refused`(
    text: String, environment: [String: String], words: String
  ) throws {
    let error = try #require(throws: UnitError.self) {
      try ShardChoice(parsing: text).shard(environment)
    }
    #expect("\(error)".hasPrefix(words), "\(error)")
  }

  @Test func `a shard of the command line needs no launcher, and heeds none`() throws {
    let environment = ["SLURM_PROCID": "0", "PARALLEL_SEQ": "7"]
    #expect(try ShardChoice(parsing: "2/3").shard(environment) == Shard(2, of: 3))
  }

  @Test(arguments: [
    "", "1", "0/3", "4/3", "1/0", "1/5000", "a/3", "1/3/3", "auto/", "auto/0", "-1/3", "+1/3",
  ])
  func `a shard is one of so many`(text: String) {
    #expect(throws: UnitError.self) { try ShardChoice(parsing: text) }
  }
}
