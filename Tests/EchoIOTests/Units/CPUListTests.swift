import Glibc
import Testing

@testable import EchoIO

struct CPUListTests {
  @Test(
    arguments: [
      ("0", [0]), ("0,2", [0, 2]), ("1-3", [1, 2, 3]), ("3,1-2,2", [1, 2, 3]), ("5-5", [5]),
      ("1023", [1023]),
    ] as [(String, [UInt16])])
  func `a list comes out sorted, each CPU once`(text: String, cpus: [UInt16]) throws {
    #expect(try CPUList(parsing: text).cpus == cpus)
  }

  @Test(arguments: ["", ",", "0,", "a", "-1", "3-1", "1-2-3", "1024", "0-70000", "0 1", "1-"])
  func `what is no list is refused`(text: String) {
    #expect(
      throws: UnitError("must be a list of CPUs such as 0, 0,2 or 1-3, each below 1024")
    ) {
      try CPUList(parsing: text)
    }
  }

  @Test func `a list is written one by one`() throws {
    #expect(try CPUList(parsing: "1-3,7").description == "1,2,3,7")
  }

  @Test func `a thread runs where it is told to, and threads it starts too`() throws {
    let first = try #require(CPUList.allowed.cpus.first)
    let work = try BoundedWork("pinned") {
      try CPUList(parsing: "\(first)").apply()
      let child = try BoundedWork("child") { CPUList.allowed.cpus }
      return [CPUList.allowed.cpus, try child.value()]
    }
    #expect(try work.value() == [[first], [first]])
  }

  @Test func `CPUs that are not there are refused with those that are`() throws {
    let allowed = CPUList.allowed
    let missing = try #require((0...1023).last { !allowed.cpus.contains($0) })
    let error = #expect(throws: SystemError.self) { try CPUList(parsing: "\(missing)").apply() }
    #expect(error?.errno == EINVAL)
    #expect(error?.remedy == "This process may use CPU \(allowed).")
  }
}
