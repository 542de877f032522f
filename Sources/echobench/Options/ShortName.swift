internal import ArgumentParser

extension NameSpecification {
  /// The option's own name and a letter, after which its value may stand at once: `-c400` as in wrk.
  static func both(_ letter: Character) -> NameSpecification {
    [.customShort(letter, allowingJoined: true), .long]
  }
}
