import EchoIO
import Testing

@testable import EchoSuite

struct GoalsTests {
  @Test func `fixed rounds are what a suite has that says nothing else`() throws {
    #expect(try goals("") == .fixed(8))
    #expect(try goals("rounds: 20") == .fixed(20))
  }

  @Test func `a precision, a budget or a number of rounds at least makes them adaptive`() throws {
    #expect(try goals("precision: 3%") == .adaptive(precision: 0.03))
    #expect(
      try goals("budget: 2m") == .adaptive(precision: 0.05, budget: .seconds(120)))
    #expect(
      try goals("precision: 5%\nother_precision: 10%\nmin_rounds: 12\nmax_rounds: 30")
        == .adaptive(
          precision: 0.05, otherPrecision: 0.1, fewestRounds: 12, mostRounds: 30))
  }

  @Test func `one end moves the other out of its way`() throws {
    #expect(try goals("min_rounds: 100").mostRounds == 100)
    #expect(try goals("max_rounds: 4").fewestRounds == 4)
  }

  @Test(arguments: [
    ("rounds: 8\nprecision: 5%", "'rounds' fixes the rounds"),
    ("min_rounds: 30\nmax_rounds: 20", "'max_rounds' must be at least 30"),
    ("rounds: 1M", "'rounds' must be at most 10000"),
    ("precision: 0%", "'precision' must be above 0% and at most 100%"),
    ("precision: fine", "'precision' must be a percentage such as 5%"),
  ])
  func `goals that cannot be are refused`(text: String, complaint: String) {
    let error = #expect(throws: SuiteFileError.self) { try goals(text) }
    #expect(error?.reason.hasPrefix(complaint) == true, "\(error?.reason ?? "")")
  }

  @Test func `goals of a plan that was read are checked`() {
    #expect(Goals.fixed(0).problem != nil)
    #expect(Goals.fixed(1_000_000_000).problem != nil)
    #expect(Goals.adaptive(precision: .nan).problem != nil)
    #expect(Goals.adaptive(precision: 0.05, fewestRounds: 9, mostRounds: 8).problem != nil)
    #expect(Goals.adaptive(precision: 0.05).problem == nil)
  }

  private func goals(_ text: String) throws -> Goals {
    try SuiteFileReader.read(
      "name: a\n\(text)\nservers: [{backend: threads}]", file: "goals.yaml"
    ).goals
  }
}
