internal import Glibc

/// Says on standard error what is wrong and yet no reason to end.
func complain(_ text: String) {
  let line = "echobench: \(text)\n"
  write(STDERR_FILENO, line, line.utf8.count)
}
