import Laws
import Testing

@testable import EchoIO

/// What is written is read back, whatever it is.
struct TextLawTests {
  @Test func `a size is read back from either of its texts`() throws {
    try forAll(500) { draw in
      let shift = draw.one(of: [0, 0, 10, 20, 30])
      return ByteCount(draw.magnitude((16 << 30) >> shift) << shift)
    } holds: { size in
      try holdEqual(try ByteCount(parsing: size.argument), size)
      var text = size.description.filter { $0 != " " }
      if !text.hasSuffix("iB") { text.removeLast() }
      try holdEqual(try ByteCount(parsing: text), size, text)
    }
  }

  @Test func `a duration is read back from its text`() throws {
    try forAll(500) { draw in
      let unit = draw.one(of: [1, 1000, 1_000_000, 1_000_000_000, 60_000_000_000])
      return TimeSpan(nanoseconds: UInt64(unit * draw.magnitude(86_400_000_000_000 / unit)))
    } holds: { span in
      try holdEqual(try TimeSpan(parsing: "\(span)"), span)
    }
  }

  @Test func `a duration with decimals is what they say`() throws {
    try forAll(500) { draw in
      let (unit, nanoseconds) = draw.one(of: [
        ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("", 1_000_000_000),
        ("m", 60_000_000_000),
      ])
      return (whole: draw.int(0...999), thousandths: draw.int(0...999), unit, nanoseconds)
    } holds: { whole, thousandths, unit, nanoseconds in
      let decimals = String("\(1000 + thousandths)".dropFirst())
      try holdEqual(
        try TimeSpan(parsing: "\(whole).\(decimals)\(unit)").nanoseconds,
        UInt64(whole * nanoseconds + thousandths * nanoseconds / 1000))
    }
  }

  @Test func `a count is what its digits and its suffix say`() throws {
    try forAll(300) {
      ($0.magnitude(1 << 40), $0.one(of: [("", 1), ("k", 1000), ("M", 1_000_000)]))
    } holds: { number, suffix in
      try holdEqual(try Count(parsing: "\(number)\(suffix.0)").value, number * suffix.1)
    }
  }

  @Test func `a moment is read back from its text to the millisecond`() throws {
    try forAll(500) { draw in
      Moment(unixNanoseconds: UInt64(draw.int(0...7_258_118_399_999)) * 1_000_000)
    } holds: { moment in
      try holdEqual(try Moment(parsing: "\(moment)"), moment)
      let seconds = moment.unixNanoseconds / 1_000_000_000
      let rest = String("\(1_000_000_000 + moment.unixNanoseconds % 1_000_000_000)".dropFirst())
      try holdEqual(try Moment(parsing: "\(seconds).\(rest)"), moment)
    }
  }

  @Test func `a list of CPUs is read back from its text, and is sorted`() throws {
    try forAll(50) { draw in
      draw.list(1...6) { draw in
        let first = draw.int(0...1023)
        return draw.chance(50) ? "\(first)" : "\(first)-\(draw.int(first...1023))"
      }.joined(separator: ",")
    } holds: { text in
      let list = try CPUList(parsing: text)
      try holdEqual(list.cpus, Array(Set(list.cpus)).sorted())
      try holdEqual(try CPUList(parsing: "\(list)"), list)
    }
  }

  @Test func `an address that is read is read back from its text`() throws {
    try forAll(1000) { draw -> String in
      if draw.chance(30) { return "unix:/" + draw.hostileText(1...20) }
      let host = draw.list(1...8) { $0.one(of: ["[", "]", ":", "a", "1", ".", "%", "-", "::1"]) }
      let brackets = draw.int(0...2)
      return String(repeating: "[", count: brackets) + host.joined()
        + String(repeating: "]", count: brackets) + ":\(draw.int(0...65535))"
    } holds: { text in
      guard let address = try? Address(parsing: text) else { return }
      try holdEqual(try? Address(parsing: "\(address)"), address, "\(address) of \(text)")
    }
  }

  @Test func `a condition is read back from its texts`() throws {
    try forAll(500) {
      $0.conditionText()
    } holds: { text in
      // Of what has a figure twice, or a limit of nothing, there is none.
      guard let condition = try? LatencyCondition(parsing: text) else { return }
      try holdEqual(try LatencyCondition(parsing: condition.argument), condition)
      try holdEqual(try LatencyCondition(parsing: "\(condition)"), condition)
    }
  }
}
