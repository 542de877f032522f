internal import CLinux
internal import Glibc

/// Starts a process in a group of its own, with this one's environment but for the variables
/// `names`.
/// - Parameters:
///   - arguments: its arguments, its name first.
///   - streams: what become its standard input, output and error.
/// - Returns: its id.
func spawn(
  _ path: String, _ arguments: [String], without names: [String] = [], streams: [Int32]
) throws(SystemError) -> Int32 {
  let process = withStrings(arguments) { arguments in
    withStrings(environment(without: names)) { clinux_spawn(path, arguments, $0, streams) }
  }
  guard process > 0 else {
    throw SystemError(
      "start \(arguments.first ?? path)", errno: -process,
      remedy: -process == EAGAIN ? "Allow this user more processes (ulimit -u), or stop some." : "")
  }
  return process
}

/// Texts as C wants them: pointers, and a null pointer behind the last.
func withStrings<Result>(
  _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let pointers = texts.map { (text: String) in strdup(text) }
  defer { for pointer in pointers { free(pointer) } }
  return body(pointers + [nil])
}

/// `NAME=value` of every variable but these.
private func environment(without names: [String]) -> [String] {
  var variables: [String] = []
  var next = clinux_environment()
  while let variable = next?.pointee {
    let text = String(cString: variable)
    if !names.contains(where: { text.hasPrefix("\($0)=") }) { variables.append(text) }
    next = next?.advanced(by: 1)
  }
  return variables
}
