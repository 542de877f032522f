/// What a worker counts in one slice of its run.
struct Recorders {
  /// Round trips: in a closed loop from the moment a message is sent, in an open loop from the moment it
  /// was due.
  var latency: LatencyRecorder
  /// In an open loop, from the moment a message was sent: what the server needed for it.
  var service: LatencyRecorder
  /// In an open loop, how long after it was due a block was sent.
  var lag: LatencyRecorder
  /// Blocks of several messages, to the last of them.
  var block: LatencyRecorder
  /// New connections in the place of others, until they were made.
  var connect: LatencyRecorder
  /// Messages of each class of sizes, and their bytes, where there are several sizes.
  let sizes: UnsafeMutableBufferPointer<LatencyRecorder>
  var bytes = 0
  /// In a closed loop, the moments at which blocks were sent less those at which blocks had come back, of
  /// all of them together: with those that are in flight at either edge, the time between the end of a
  /// block and the sending of the next. Wraps around.
  var turnaround: UInt64 = 0

  /// - Parameter sizes: how many classes of sizes there are; 0 where all are of one.
  /// - Throws: `SystemError` when there is no memory.
  init(sizes count: Int = 0) throws(SystemError) {
    let all = try Self.recorders(5 + count)
    (latency, service, lag, block, connect) = (all[0], all[1], all[2], all[3], all[4])
    sizes = .allocate(capacity: count)
    _ = sizes.initialize(from: all.dropFirst(5))
  }

  /// So many of them, or none.
  private static func recorders(_ count: Int) throws(SystemError) -> [LatencyRecorder] {
    var all: [LatencyRecorder] = []
    do throws(SystemError) {
      for _ in 0..<count { all.append(try LatencyRecorder()) }
    } catch {
      for recorder in all { recorder.deallocate() }
      throw error
    }
    return all
  }

  var completed: UInt64 { latency.completed }

  /// Adds what was counted in another slice.
  mutating func add(_ other: borrowing Recorders) {
    latency.add(other.latency)
    service.add(other.service)
    lag.add(other.lag)
    block.add(other.block)
    connect.add(other.connect)
    for index in sizes.indices { sizes[index].add(other.sizes[index]) }
    bytes += other.bytes
    turnaround &+= other.turnaround
  }

  /// Forgets everything. The memory stays.
  mutating func empty() {
    latency.empty()
    service.empty()
    lag.empty()
    block.empty()
    connect.empty()
    for index in sizes.indices { sizes[index].empty() }
    bytes = 0
    turnaround = 0
  }

  func deallocate() {
    latency.deallocate()
    service.deallocate()
    lag.deallocate()
    block.deallocate()
    connect.deallocate()
    for recorder in sizes { recorder.deallocate() }
    sizes.deallocate()
  }
}
