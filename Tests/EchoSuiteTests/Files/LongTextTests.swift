import EchoIO
import Testing

@testable import EchoSuite

/// What is much longer than anything that is meant is refused, or cut, before something many times as long is made
/// of it.
struct LongTextTests {
  private static let many = String(repeating: "1,", count: 500_000)

  @Test func `lists are refused by their length`() {
    #expect(throws: UnitError("must be a list of CPUs of at most 8192 characters")) {
      try CPUList(parsing: Self.many)
    }
    #expect(throws: UnitError("must be a condition of at most 1024 characters")) {
      try LatencyCondition(parsing: Self.many)
    }
    #expect(throws: UnitError.self) { try ShardChoice(parsing: "1/2/\(Self.many)") }
    #expect(throws: LoadError.self) { try Load(["size": Self.many]) }
  }

  @Test func `every CPU by itself is no list that is too long`() throws {
    let all = (0..<1024).map { "\($0)" }.joined(separator: ",")
    #expect(try CPUList(parsing: all).cpus.count == 1024)
  }

  @Test func `a command that no shell could be given is refused`() throws {
    let rule = "the command must have at most 131071 bytes, or no shell can be given it (execve(2))"
    let fits = "{port} {connections} {size} {duration} " + String(repeating: "x", count: 131_032)
    #expect(fits.utf8.count == 131_071)
    #expect(Server.problem(ofCommand: "{port}" + String(repeating: "x", count: 131_065)) == nil)
    #expect(Server.problem(ofCommand: "{port}" + String(repeating: "x", count: 131_066)) == rule)
    #expect(Client(name: "c", command: fits).problem == nil)
    #expect(Client(name: "c", command: fits + "x").problem == rule)
    #expect(try commandWords(fits).count == 5)
    #expect(throws: UnitError("must have at most 131071 bytes")) { try commandWords(fits + "x") }
  }

  @Test func `of words that are cut the rest is not looked at`() {
    #expect(legible(String(repeating: "x", count: 1 << 20)).count == mostLegible + 1)
    #expect(legible(String(repeating: "\u{1b}[1m", count: 1 << 18) + "x") == "…")
    #expect(legible(String(repeating: "x", count: 400), most: .max).count == 400)
  }

  @Test func `of what a process said the end is looked through for a complaint`() {
    let lines = String(repeating: "a\n", count: 1 << 19)
    #expect(complaint(in: lines + "Error: b\nUsage: c\n") == "Error: b")
    #expect(complaint(in: "Error: b\n" + lines) == "a")
  }
}
