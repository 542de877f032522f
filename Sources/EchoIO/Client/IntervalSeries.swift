internal import CLinux
internal import Glibc

/// What was recorded in an interval of the window, of one worker or of all.
struct RecordedInterval: Sendable {
  var latencies: [LatencyKind: LatencyHistogram] = [:]
  /// Connections that broke.
  var errors = 0
  /// True of the one in which the last worker ended, if it is of all.
  var isLast = false

  mutating func add(_ other: RecordedInterval) {
    errors += other.errors
    for (kind, histogram) in other.latencies {
      latencies[kind, default: LatencyHistogram()].merge(histogram)
    }
  }
}

/// The intervals of a run between the workers, which hand over what they have recorded of each, and
/// the coordinator, which takes them as soon as all workers have. Touched once per interval.
final class IntervalSeries: Sendable {
  /// An eventfd that is readable when there is something to take.
  let descriptor: Int32
  private let state: Lock<State>

  private struct State {
    /// From the first that was not taken on.
    var open: [Slot] = []
    var taken = 0
    /// That are expected to hand over the first of these.
    var workers: Int

    var hasWhole: Bool { workers > 0 && open.first?.parts == workers }
  }

  private struct Slot {
    var content = RecordedInterval()
    /// Workers that have handed over theirs, and those of them for whom it was the last.
    var parts = 0
    var endings = 0
  }

  init(workers: Int) throws(SystemError) {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else { throw .last("eventfd", remedy: moreDescriptors) }
    state = Lock(State(workers: workers))
  }

  deinit {
    close(descriptor)
  }

  /// To be called by each worker for each interval, in their order.
  /// - Parameter isLast: true when this worker will not come again.
  func handOver(_ part: RecordedInterval, of interval: Int, isLast: Bool) {
    let hasWhole = state.withLock { state in
      let position = interval - state.taken
      while state.open.count <= position { state.open.append(Slot()) }
      state.open[position].content.add(part)
      state.open[position].parts += 1
      if isLast { state.open[position].endings += 1 }
      return state.hasWhole
    }
    if hasWhole { eventfd_write(descriptor, 1) }
  }

  /// The intervals that have become whole since the last time, in their order.
  func take() -> [RecordedInterval] {
    var count = eventfd_t()
    eventfd_read(descriptor, &count)
    return state.withLock { state in
      var whole: [RecordedInterval] = []
      while state.hasWhole {
        var slot = state.open.removeFirst()
        state.taken += 1
        state.workers -= slot.endings
        slot.content.isLast = state.workers == 0
        whole.append(slot.content)
      }
      return whole
    }
  }
}

extension Worker {
  /// The measured window: in one piece, or interval by interval, each handed over at its end. In the
  /// end `recorders` has all of it.
  mutating func measure(_ window: Window) {
    guard let series = run.series else {
      return proceed(until: window.end, replies: window.messages)
    }
    // Those of the warm-up, at which nobody looks, become the sum of all intervals.
    unused.empty()
    var (interval, left, isLast) = (0, window.messages, false)
    while !isLast {
      let end = window.end(of: interval)
      proceed(until: end, replies: left)
      left -= recorders.completed
      isLast = !goesOn || left == 0 || end == window.end
      var part = RecordedInterval(errors: failure == nil ? 0 : 1)
      part.latencies = latencies
      series.handOver(part, of: interval, isLast: isLast)
      unused.add(recorders)
      recorders.empty()
      interval += 1
    }
    swap(&recorders, &unused)
  }

  /// What was recorded, by what it is the time of.
  private var latencies: [LatencyKind: LatencyHistogram] {
    var latencies: [LatencyKind: LatencyHistogram] = [:]
    if arrivals.isPaced {
      latencies[.responseTime] = LatencyHistogram(recorders.latency)
      latencies[.serviceTime] = LatencyHistogram(recorders.service)
    } else {
      latencies[.serviceTime] = LatencyHistogram(recorders.latency)
    }
    if workload.load.reconnect != nil {
      latencies[.connectTime] = LatencyHistogram(recorders.connect)
    }
    return latencies
  }
}
