/// Why a suite's folder cannot be used.
public enum SuiteError: Error, Equatable, CustomStringConvertible {
  case occupied(String)
  /// A file has a name of ours, and is not ours: which, and what it is instead.
  case foreign(String, file: String, String)
  case busy(String)
  case unwritable(String, String)
  case missing(String, String)
  case unreadable(String, line: Int?, String)

  public var description: String {
    switch self {
    case .occupied(let directory):
      "\(directory) already holds a suite. Go on with it (--resume), replace it (--overwrite), or"
        + " choose another folder (--output)."
    case .foreign(let directory, let file, let reason):
      "\(directory)/\(file) \(reason), and is not written over. Move it away, or choose another"
        + " folder (--output)."
    case .busy(let directory):
      "another suite is writing into \(directory). Wait for it, or choose another folder (--output)."
    case .unwritable(let directory, let reason):
      "cannot write \(directory): \(reason). Choose another folder with --output."
    case .missing(let directory, let file):
      "\(directory) holds no suite: \(file) is missing. Is the path right?"
    case .unreadable(let file, let line, let reason):
      "\(file)\(line.map { ":\($0)" } ?? ""): not what a suite writes: \(reason)"
    }
  }
}
