import Testing

@testable import EchoIO

struct ByteCountTests {
  @Test(arguments: [
    ("1", 1), ("1000", 1000), ("64k", 65_536), ("64K", 65_536), ("64KiB", 65_536),
    ("64kib", 65_536), ("1M", 1 << 20), ("1MiB", 1 << 20), ("2g", 2 << 30), ("16GiB", 16 << 30),
  ])
  func `suffixes are powers of 1024`(text: String, bytes: Int) throws {
    #expect(try ByteCount(parsing: text).bytes == bytes)
  }

  @Test(arguments: ["64kB", "1MB", "1mb", "3GB"])
  func `suffixes that mean two things are refused with a hint`(text: String) {
    let error = #expect(throws: UnitError.self) { try ByteCount(parsing: text) }
    let suffix = String(text.dropFirst(text.count - 2))
    #expect(
      error?.description
        == "must not be in \(suffix), which is a power of 1000 to some and of 1024 to others:"
        + " write \(suffix.prefix(1)) or \(suffix.prefix(1))iB for the power of 1024")
  }

  @Test(arguments: ["0", "0k", "-1", "-64k", "1.5k", "0.5", "", "k", "1.", "99999999999999999999"])
  func `zero, negative and fractional sizes are refused`(text: String) {
    let error = #expect(throws: UnitError.self) { try ByteCount(parsing: text) }
    #expect(
      error?.description == "must be a whole number of bytes, at least 1, such as 1000 or 64k")
  }

  @Test(arguments: ["64q", "12 k", "k64", "64kk", "0x10", " 1", "1 "])
  func `what is no size is refused`(text: String) {
    #expect(throws: UnitError("must be a size such as 1000, 64k or 1MiB")) {
      try ByteCount(parsing: text)
    }
  }

  @Test(arguments: ["17g", "17179869185", "9007199254740993k", "9223372036854775807g"])
  func `sizes above 16 GiB are refused, whether they overflow or not`(text: String) {
    #expect(throws: UnitError("must be at most 16GiB")) { try ByteCount(parsing: text) }
  }

  @Test(arguments: [
    (1000, "1000 B", "1000"), (1024, "1 KiB", "1k"), (65_536, "64 KiB", "64k"),
    (1 << 20, "1 MiB", "1M"), (3 << 30, "3 GiB", "3G"), (1025, "1025 B", "1025"),
  ])
  func `a size is written in its largest exact unit`(
    bytes: Int, description: String, argument: String
  ) throws {
    #expect(ByteCount(bytes).description == description)
    #expect(ByteCount(bytes).argument == argument)
    #expect(try ByteCount(parsing: argument).bytes == bytes)
  }
}

struct CountTests {
  @Test(arguments: [
    ("1", 1), ("5000", 5000), ("200k", 200_000), ("200K", 200_000), ("2M", 2_000_000),
  ])
  func `suffixes are powers of 1000`(text: String, value: Int) throws {
    #expect(try Count(parsing: text).value == value)
  }

  @Test(arguments: [
    ("0", "must be at least 1"),
    ("-3", "must be at least 1"),
    ("1.5k", "must be a whole number such as 5000, 200k or 2M"),
    ("", "must be a whole number such as 5000, 200k or 2M"),
    ("many", "must be a count such as 5000, 200k or 2M"),
    ("5KiB", "must be a count such as 5000, 200k or 2M"),
    ("99999999999999999999", "must be below 2^63"),
    ("9223372036854775807k", "must be below 2^63"),
  ])
  func `what is no count is refused, and the rule is named`(text: String, rule: String) {
    #expect(throws: UnitError(rule)) { try Count(parsing: text) }
  }
}
