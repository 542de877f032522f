@testable import EchoIO
@testable import EchoSuite

/// What a person writes on the command line or in a suite file.
extension Target {
  static let units = [
    Target(text: "size") { text in
      lawOfText(ByteCount.self, text) { $0.argument }
      lawOfText(SocketBuffer.self, text) { "\($0)" }
      do throws(UnitError) {
        guard let mix = try SizeMix(parsing: text) else { return }
        law((try? SizeMix(parsing: "\(mix)")) == mix, "\(mix) is not read as it is printed")
        law(!mix.classes.isEmpty && mix.largest.bytes > 0, "\(mix) has no sizes")
      } catch {
        lawOfRule(error, text)
      }
    },
    Target(text: "duration") { text in lawOfText(TimeSpan.self, text) { "\($0)" } },
    Target(text: "count") { text in
      lawOfText(Count.self, text) { "\($0.value)" }
      guard let share = try? Percentage(parsing: text) else { return }
      law(share.fraction > 0 && share.fraction <= 1, "\(share.fraction) is no share")
    },
    Target(text: "moment") { text in
      lawOfText(Moment.self, text) {
        let (seconds, rest) = $0.unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return "\(seconds).\("\(1_000_000_000 + rest)".dropFirst())"
      }
      guard let moment = try? Moment(parsing: text) else { return }
      // It is printed to the millisecond.
      law(
        (try? Moment(parsing: "\(moment)"))?.unixNanoseconds
          == moment.unixNanoseconds / 1_000_000 * 1_000_000, "\(moment) is another moment")
    },
    Target(text: "cpus") { text in lawOfText(CPUList.self, text) { "\($0)" } },
    Target(text: "address") { text in lawOfText(Address.self, text) { "\($0)" } },
    Target(text: "condition") { text in
      lawOfText(LatencyCondition.self, text) { $0.argument }
      lawOfText(LatencyCondition.self, text) { "\($0)" }
    },
    Target(text: "client") { text in
      lawOfText(ClientID.self, text) { "\($0)" }
      let made = ClientID(host: text, number: nil)
      law((try? ClientID(parsing: "\(made)")) == made, "\(made) is made of a host, and is no id")
    },
    Target(text: "load", load),
  ]

  /// Lines of an axis and its value, for the options of a client, and for the keys of a suite file.
  private static func load(_ text: String) {
    var texts: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      if words.count == 2 { texts[words[0]] = words[1] }
    }
    do throws(LoadError) {
      let load = try Load(texts)
      var again = ["transport": load.transport.rawValue]
      var rest = load.arguments[...]
      while let option = rest.popFirst() {
        let axis = LoadAxis.all.first { "--\($0.name)" == option }
        law(axis != nil, "'\(option)' is no option")
        again[axis?.name ?? ""] = axis?.isFlag == true ? "on" : rest.popFirst() ?? ""
      }
      law((try? Load(again)) == load, "\(load.arguments) are not the options of \(load)")
      law(!load.labels.contains(""), "a label without words")
    } catch {
      lawOfWords(legible("\(error.axis.name) \(error.rule)"))
    }
  }
}
