/// A command as it can be pasted into a shell: words with anything special in them are quoted.
public func shell(_ words: [String]) -> String {
  words.map { word in
    let isPlain = word.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+@%".contains($0))
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: #"'\''"#))'"
  }.joined(separator: " ")
}
