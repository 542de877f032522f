/// A command as it can be pasted into a shell: words with anything special in them are quoted.
///
/// By scalars: a quote with an accent behind it is another character, and ends a word all the same.
public func shell(_ words: [String]) -> String {
  words.map { word in
    let isPlain = word.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+@%".contains($0))
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacingEach("'", with: #"'\''"#))'"
  }.joined(separator: " ")
}
