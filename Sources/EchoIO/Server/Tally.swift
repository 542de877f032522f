internal import Glibc

/// The counters of one loop, on a cache line of their own: beside those of another loop, each of
/// the two would take the line from the other with every message.
struct Tally: ~Copyable {
  let counters: UnsafeMutablePointer<ServerCounters>

  init() throws(SystemError) {
    counters = try allocateBuffer(cacheLine).bindMemory(to: ServerCounters.self, capacity: 1)
    counters.initialize(to: ServerCounters())
  }

  deinit {
    free(counters)
  }
}
