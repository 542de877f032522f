@testable import EchoIO
@testable import EchoSuite

/// Commands with places in them, launchers and what they tell.
extension Target {
  static let commands = [
    Target(text: "placeholders") { text in
      if let problem = CommandTemplate.problem(ofLength: text) {
        return law(Server.problem(ofCommand: text) == problem, "it is looked at all the same")
      }
      let template = CommandTemplate(text)
      // Written twice, braces are text: nothing of a command is lost where no place has a value.
      let filled = template.filled { _ in nil }
      law(filled.utf8.count <= text.utf8.count, "'\(text)' has become more than it was")
      law(template.filled { _ in "" }.utf8.count <= filled.utf8.count, "a place has a text")
      for place in template.places {
        law(place.allSatisfy { $0.isLowercase || $0 == "_" }, "'\(place)' is no name of a place")
      }
      if let problem = Server.problem(ofCommand: text) { lawOfWords(legible(problem)) }
      do throws(UnitError) {
        let entry = try Sweep.Entry(nameAndCommand: text)
        law(!entry.name.hasControlCharacters, "a server's name steers a terminal")
      } catch {
        lawOfRule(error, text + text)
      }
      do throws(UnitError) {
        let driver = try Sweep.Driver(nameAndCommand: text)
        law(!driver.client!.name.hasControlCharacters, "a client's name steers a terminal")
      } catch {
        lawOfRule(error, text + text)
      }
    },
    Target(text: "launch") { text in
      do throws(UnitError) {
        let words = try commandWords(text)
        law((try? commandWords(shell(words))) == words, "\(words) are not read as \(shell(words))")
      } catch {
        lawOfRule(error, text)
      }
    },
    Target(text: "shard") { text in
      do throws(UnitError) {
        let choice = try ShardChoice(parsing: text.prefix { $0 != "\n" }.description)
        lawOfShard(try choice.shard(variables(text)))
      } catch {
        lawOfRule(error, text)
      }
      do throws(UnitError) {
        if let told = try Launcher.told(variables(text)) {
          law((1...(told.count ?? Shard.most)).contains(told.index), "\(told) is none of them")
        }
      } catch {
        lawOfRule(error, text)
      }
    },
    Target(text: "legible") { text in
      let words = legible(text)
      law(!words.hasControlCharacters, "it has control characters")
      law(words.count <= mostLegible + 1, "it has \(words.count) characters")
      if let complaint = complaint(in: text) { lawOfWords(complaint + "a", most: mostLegible + 2) }
    },
  ]

  /// Lines `NAME=VALUE`.
  private static func variables(_ text: String) -> [String: String] {
    var variables: [String: String] = [:]
    for line in Lines(text) {
      let words = line.split(separator: "=", maxSplits: 1).map(String.init)
      if words.count == 2 { variables[words[0]] = words[1] }
    }
    return variables
  }

  private static func lawOfShard(_ shard: Shard) {
    law(
      (1...Shard.most).contains(shard.count) && (1...shard.count).contains(shard.index),
      "there is no shard \(shard)")
  }
}
