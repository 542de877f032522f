internal import Glibc

/// Something for each open connection of a loop, by its descriptor, in one piece of memory that the
/// measured functions reach by a pointer. Zeros stand for no connection.
struct DescriptorTable<Entry: BitwiseCopyable>: ~Copyable {
  private(set) var entries: UnsafeMutablePointer<Entry>
  private var capacity: Int

  /// Enough for most, and no more than a few pages.
  init(capacity: Int = 256) throws(SystemError) {
    guard let memory = calloc(capacity, MemoryLayout<Entry>.stride) else {
      throw .last("allocate the table of connections", remedy: "Ask for fewer threads.")
    }
    entries = memory.bindMemory(to: Entry.self, capacity: capacity)
    self.capacity = capacity
  }

  deinit {
    free(entries)
  }

  /// Makes room for a descriptor. What was read from ``entries`` before is no longer valid.
  /// - Returns: false when there is no memory for it.
  mutating func makeRoom(for descriptor: Int32) -> Bool {
    let needed = Int(descriptor) + 1
    guard needed > capacity else { return true }
    let larger = max(needed, 2 * capacity)
    guard let memory = realloc(entries, larger * MemoryLayout<Entry>.stride) else { return false }
    entries = memory.bindMemory(to: Entry.self, capacity: larger)
    memset(entries + capacity, 0, (larger - capacity) * MemoryLayout<Entry>.stride)
    capacity = larger
    return true
  }

  /// The descriptors that there is room for.
  var descriptors: Range<Int32> { 0..<Int32(capacity) }
}
