internal import CLinux
internal import Glibc

/// The two ends of a pipe (pipe(7)), which close with it.
struct Pipe: ~Copyable {
  let input: Int32
  let output: Int32

  init() throws(SystemError) {
    var ends: [Int32] = [0, 0]
    let made = clinux_pipe(&ends)
    guard made == 0 else { throw SystemError("pipe", errno: -made, remedy: moreDescriptors) }
    (output, input) = (ends[0], ends[1])
  }

  deinit {
    close(input)
    close(output)
  }
}
