internal import Glibc

/// CLOCK_MONOTONIC in nanoseconds: for spans. Read in the vDSO, without entering the kernel
/// (vdso(7)).
@inline(__always)
func monotonicNow() -> UInt64 {
  nanoseconds(of: CLOCK_MONOTONIC)
}

/// CLOCK_REALTIME in nanoseconds since 1970: for dates.
public func unixNow() -> UInt64 {
  nanoseconds(of: CLOCK_REALTIME)
}

/// CLOCK_THREAD_CPUTIME_ID: nanoseconds of CPU time that the calling thread has used, by the same account
/// as that of a process (clock_gettime(2)).
func threadCPUNow() -> UInt64 {
  nanoseconds(of: CLOCK_THREAD_CPUTIME_ID)
}

@inline(__always)
func nanoseconds(of clock: clockid_t) -> UInt64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return UInt64(bitPattern: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
}
