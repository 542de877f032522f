import CFuzzer
import Glibc

/// What libFuzzer calls before the first case (https://llvm.org/docs/LibFuzzer.html): there is one program for
/// all targets, and a variable names the one.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<CInt>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
  let name = getenv("ECHOBENCH_FUZZ").map { String(cString: $0) }
  if name == "list" {
    for target in Target.all { print(target.name) }
    exit(0)
  }
  guard let name, let target = Target.all.first(where: { $0.name == name }) else {
    complain("ECHOBENCH_FUZZ has to name a target, or be list")
    exit(2)
  }
  chosen = target
  cfuzzer_count_allocations()
  return 0
}

/// A case. What breaks a law ends the process, as a trap does: the fuzzer keeps the bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  cfuzzer_reset_peak()
  chosen.try(input)
  let (peak, most) = (cfuzzer_peak(), chosen.factor * count + chosen.allowance)
  law(peak <= most, "\(count) bytes took \(peak) bytes of memory, and may take \(most)")
  return 0
}

// Set once, before the first case, by the only thread.
nonisolated(unsafe) private var chosen: Target! = nil
