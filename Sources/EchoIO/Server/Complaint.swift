internal import Glibc

/// Says on standard error what is wrong and yet no reason to end. Who reads it has ten seconds.
func complain(_ text: String) {
  try? writeWhole("echobench: \(text)\n", to: STDERR_FILENO, patience: .seconds(10))
}
