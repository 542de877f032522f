/// The command line was fine, but the work could not be done: exit status 1.
struct RunError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
