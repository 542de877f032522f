import CFuzzer
import EchoIO

/// Changes a case: every other time a word of it, as parsers see it, else bytes as the fuzzer does. Bytes alone
/// rarely get beyond the syntax of a document.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(
  _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ most: Int, _ seed: CUnsignedInt
) -> Int {
  var draw = Drawing(state: UInt64(seed))
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  guard draw.below(2) == 0, let changed = changed(input, &draw), changed.count <= most else {
    return LLVMFuzzerMutate(bytes, count, most)
  }
  _ = UnsafeMutableBufferPointer(start: bytes, count: changed.count).update(fromContentsOf: changed)
  return changed.count
}

/// With a word replaced, left out, or what stands from one to another there twice; nil where there is no word.
private func changed(_ input: [UInt8], _ draw: inout Drawing) -> [UInt8]? {
  guard let one = word(of: input, &draw), let other = word(of: input, &draw) else { return nil }
  var changed = input
  switch draw.below(8) {
  case 0: changed.removeSubrange(one)
  case 1: changed.removeSubrange(one.lowerBound..<max(one.upperBound, other.lowerBound))
  case 2:
    changed.insert(
      contentsOf: input[one.lowerBound..<max(one.upperBound, other.lowerBound)], at: one.lowerBound)
  case 3: changed.replaceSubrange(one, with: input[other])
  default: changed.replaceSubrange(one, with: odd[draw.below(odd.count)])
  }
  return changed
}

/// The first word from a place on that is drawn.
private func word(of input: [UInt8], _ draw: inout Drawing) -> Range<Int>? {
  guard !input.isEmpty else { return nil }
  let from = draw.below(input.count)
  guard let middle = input[from...].firstIndex(where: isOfWord) else { return nil }
  var start = middle
  while start > 0, isOfWord(input[start - 1]) { start -= 1 }
  let end = input[middle...].firstIndex { !isOfWord($0) } ?? input.count
  return start..<end
}

private func isOfWord(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
  default: "_.+-".utf8.contains(byte)
  }
}

/// Values that parsers like least.
private let odd = [
  "0", "-0", "1", "-1", "0.5", "1e-9", "1e18", "1e300", "1e308", "1e400", "nan", "inf",
  "255", "65535", "65536", "2147483647", "4294967296", "9007199254740993", "1152921504606846976",
  "4611686018427387904", "9223372036854775807", "9223372036854775808", "18446744073709551615",
  "18446744073709551616", "-9223372036854775808",
  "null", "true", "false", "{}", "[]", "\"\"", "\"0\"", "\u{1b}[31m", "\u{202e}", "\u{0}", "é",
  "\\u0000", "*a", "&a ", "<<", "~", "|-\n ", "..", "/", "'",
].map { Array($0.utf8) }

private struct Drawing {
  var state: UInt64

  mutating func below(_ most: Int) -> Int { Int(splitMix64(&state) % UInt64(most)) }
}
