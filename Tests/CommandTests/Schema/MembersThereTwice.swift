/// The names of members that an object of a JSON text has more than once: of which a parser keeps one, and says
/// nothing of the other.
/// - Parameter text: JSON that can be parsed.
func membersThereTwice(in text: String) -> [String] {
  var objects: [Set<String>] = []
  var twice: [String] = []
  var rest = text[...]
  var last = ""
  while let character = rest.popFirst() {
    switch character {
    case "{": objects.append([])
    case "}": objects.removeLast()
    case "\"": last = string(&rest)
    case ":": if !objects[objects.count - 1].insert(last).inserted { twice.append(last) }
    default: break
    }
  }
  return twice
}

/// What is left of a string behind its first quotation mark, as it is written.
private func string(_ rest: inout Substring) -> String {
  var text = ""
  while let character = rest.popFirst(), character != "\"" {
    text.append(character)
    if character == "\\", let escaped = rest.popFirst() { text.append(escaped) }
  }
  return text
}
