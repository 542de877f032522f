import EchoSuite
import Testing

@testable import echobench

struct StandingLineTests {
  private final class Written {
    var texts: [String] = []
  }

  private let written = Written()
  private let start = ContinuousClock.now

  @Test func `a terminal has one line that is written over`() {
    var line = line(.terminal { 80 })
    line.show(standing(done: 0), at: start)
    line.show(standing(done: 10), at: start + .seconds(20))
    line.clear()
    #expect(
      written.texts == [
        "\r\u{1b}[K0 of 200 trials; libuv, 64k buffer, 1000 B, event",
        "\r\u{1b}[K10 of 200 trials, 6m20s left; libuv, 64k buffer, 1000 B, event",
        "\r\u{1b}[K",
      ])
  }

  /// One column less than there are: some terminals wrap at the last.
  @Test(arguments: [1, 2, 3, 10, 20, 40, 60])
  func `a line is never wider than its terminal`(columns: Int) throws {
    var line = line(.terminal { columns })
    line.show(
      standing(done: 10, last: "a name — wider – than long lines"), at: start + .seconds(20))
    let text = try #require(written.texts.first).dropFirst("\r\u{1b}[K".count)
    #expect(text.count <= columns - 1)
    if columns > 3 {
      #expect(text.hasPrefix("10 of 200 trials, 6m20s left".prefix(columns - 3)))
      #expect(text.hasSuffix("…"))
    }
  }

  @Test func `characters that may be wide count twice`() {
    #expect("服务器".fitted(to: 6) == "服务器")
    #expect("服务器".fitted(to: 5) == "服务…")
    #expect("服务器".fitted(to: 4) == "服…")
    #expect("abc".fitted(to: 3) == "abc")
    #expect("abcd".fitted(to: 3) == "ab…")
    #expect("abcd".fitted(to: 0) == "")
  }

  @Test func `a terminal that becomes narrower gets a shorter line`() {
    var columns = [40, 20].makeIterator()
    nonisolated(unsafe) let widths = { columns.next() ?? 0 }
    var line = line(.terminal { widths() })
    line.show(standing(done: 1), at: start)
    line.show(standing(done: 1), at: start)
    #expect(written.texts.map { $0.dropFirst("\r\u{1b}[K".count).count } == [39, 19])
  }

  @Test func `without a terminal there is a line after ten seconds, and nothing else`() {
    var line = line(.lines)
    for second in 0...35 { line.show(standing(done: second * 2), at: start + .seconds(second)) }
    line.clear()
    #expect(
      written.texts == [
        "echobench: 20 of 200 trials, 1m30s left; libuv, 64k buffer, 1000 B, event\n",
        "echobench: 40 of 200 trials, 1m20s left; libuv, 64k buffer, 1000 B, event\n",
        "echobench: 60 of 200 trials, 1m10s left; libuv, 64k buffer, 1000 B, event\n",
      ])
  }

  @Test func `trials that an earlier run had done say nothing of the time left`() {
    var line = line(.terminal { 200 })
    line.show(standing(done: 150, before: 150), at: start + .seconds(1))
    line.show(standing(done: 160, before: 150), at: start + .seconds(5))
    #expect(written.texts[0].contains("150 of 200 trials; "))
    #expect(written.texts[1].contains("160 of 200 trials, 20s left; "))
  }

  @Test func `repeats and what gave no figure are told`() {
    var line = line(.terminal { 200 })
    line.show(standing(done: 200, repeated: 3, withoutFigure: 2), at: start + .seconds(5))
    #expect(written.texts[0].contains("200 of 200 trials, 3 repeated, 2 without a figure; "))
  }

  @Test(arguments: [
    (0.4, "0s"), (59.9, "59s"), (60, "1m0s"), (125, "2m5s"), (3600, "1h0m"), (86_399, "23h59m"),
  ])
  func `times are as exact as a guess is`(seconds: Double, text: String) {
    #expect(aboutTime(.seconds(seconds)) == text)
  }

  @Test func `a command is quoted where a shell would read more into it`() {
    let command = shell(["echobench", "report", "my results/a", "--output", "", "it's", "a=b"])
    #expect(command == #"echobench report 'my results/a' --output '' 'it'\''s' a=b"#)
  }

  private func line(_ form: StandingLine.Form) -> StandingLine {
    StandingLine(form, at: start) { [written] in written.texts.append($0) }
  }

  private func standing(
    done: Int, before: Int = 0, repeated: Int = 0, withoutFigure: Int = 0,
    last: String = "libuv, 64k buffer, 1000 B, event"
  ) -> Standing {
    Standing(
      done: done, doneBefore: before, total: 200, repeated: repeated, withoutFigure: withoutFigure,
      last: last)
  }
}
