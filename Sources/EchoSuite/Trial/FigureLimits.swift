internal import EchoIO

/// Looks for the first figure of a document that cannot be. What anybody may have written is not added up, or
/// made another type of number, before all of it has passed here. Names are made where one is told only: a log
/// may have a million lines.
struct FigureLimits {
  private(set) var problem: String?

  /// In nanoseconds, nine years: three days of a thousand CPUs. A dozen of them can be added up.
  private static let most: UInt64 = 1 << 58
  /// After the year 2200, in nanoseconds since 1970.
  private static let latest: UInt64 = 1 << 63 - 1
  /// Bytes of memory move no faster.
  private static let mostPerSecond = 1e15

  mutating func check(
    _ name: @autoclosure () -> String, _ value: UInt64?, atMost most: UInt64 = Self.most
  ) {
    guard problem == nil, let value, value > most else { return }
    problem = "'\(name())' must be at most \(most), got \(value)"
  }

  mutating func check(_ name: @autoclosure () -> String, _ value: Int?) {
    guard problem == nil, let value, !(0...Int(Self.most)).contains(value) else { return }
    problem = "'\(name())' must be 0 to \(Self.most), got \(value)"
  }

  mutating func checkMoment(_ name: @autoclosure () -> String, _ value: UInt64?) {
    check(name(), value, atMost: Self.latest)
  }

  mutating func checkRate(_ name: @autoclosure () -> String, _ value: Double?) {
    check(name(), value, atMost: Self.mostPerSecond)
  }

  mutating func check(
    _ name: @autoclosure () -> String, _ value: Double?, atMost most: Double = Double(Self.most)
  ) {
    guard problem == nil, let value, !(0...most).contains(value) else { return }
    problem = "'\(name())' must be 0 to \(most), got \(value)"
  }
}

// MARK: - Parts of a client's report

extension FigureLimits {
  mutating func check(_ name: @autoclosure () -> String, _ window: ClientReport.WindowReport) {
    checkMoment("\(name()).start_unix_ns", window.startUnix)
    check("\(name()).duration_ns", window.duration)
    check("\(name()).warmup_ns", window.warmup)
    check("\(name()).cooldown_ns", window.cooldown)
    check("\(name()).usage_ns", window.usage)
    check("\(name()).messages_per_worker", window.messagesPerWorker)
  }

  mutating func check(_ name: @autoclosure () -> String, _ counts: ClientReport.Counts) {
    check("\(name()).sent", counts.sent)
    check("\(name()).completed", counts.completed)
    check("\(name()).unfinished", counts.unfinished)
    check("\(name()).oldest_unfinished_ns", counts.oldestUnfinished)
    check("\(name()).bytes_sent", counts.bytesSent)
    check("\(name()).bytes_received", counts.bytesReceived)
    for (kind, count) in counts.errors { check("\(name()).errors.\(kind)", count) }
  }

  mutating func check(_ name: @autoclosure () -> String, _ lifetime: ClientReport.Lifetime) {
    check("\(name()).bytes_sent", lifetime.bytesSent)
    check("\(name()).bytes_received", lifetime.bytesReceived)
    check("\(name()).bytes_drained", lifetime.bytesDrained)
    check("\(name()).most_back_per_byte_sent", lifetime.mostBackPerByteSent)
  }

  mutating func check(_ name: @autoclosure () -> String, _ connections: ClientReport.Connections) {
    check("\(name()).served", connections.served)
    check("\(name()).total", connections.total)
    for connection in connections.unserved ?? [] { check("\(name()).unserved", connection) }
    check("\(name()).slowest_connection", connections.slowest)
    check("\(name()).slowest_messages", connections.slowestMessages)
    check("\(name()).fastest_messages", connections.fastestMessages)
    check("\(name()).fairness", connections.fairness)
    check("\(name()).made", connections.made)
  }

  mutating func check(_ name: @autoclosure () -> String, _ latency: ClientReport.Latency?) {
    guard let latency else { return }
    check("\(name()).min", latency.min)
    check("\(name()).mean", latency.mean)
    check("\(name()).max", latency.max)
    for (percentile, value) in latency.percentiles {
      check("\(name()).percentiles.\(percentile)", value)
    }
  }

  mutating func check(_ name: @autoclosure () -> String, _ schedule: ClientReport.Schedule?) {
    guard let schedule else { return }
    checkRate("\(name()).offered_per_second", schedule.offered)
    checkRate("\(name()).achieved_per_second", schedule.achieved)
    check("\(name()).unsent", schedule.unsent)
    check("\(name()).behind_ns", schedule.behind)
  }

  mutating func check(_ name: @autoclosure () -> String, _ inFlight: ClientReport.InFlight?) {
    guard let inFlight else { return }
    check("\(name()).expected", inFlight.expected)
    check("\(name()).found", inFlight.found)
    check("\(name()).turnaround_ns", inFlight.turnaround)
  }

  mutating func check(_ name: @autoclosure () -> String, _ size: ClientReport.OfSize) {
    for (end, bytes) in [("from_bytes", size.from), ("to_bytes", size.to)]
    where problem == nil && !(1...ByteCount.largest.bytes).contains(bytes) {
      problem = "'\(name()).\(end)' must be 1 to \(ByteCount.largest.bytes), got \(bytes)"
    }
    check("\(name()).completed", size.completed)
    check("\(name()).latency", size.latency)
  }

  mutating func check(_ name: @autoclosure () -> String, _ interval: ClientReport.Interval) {
    check("\(name()).start_ns", interval.start)
    check("\(name()).duration_ns", interval.duration)
    check("\(name()).completed", interval.completed)
    checkRate("\(name()).messages_per_second", interval.messagesPerSecond)
    check("\(name()).errors", interval.errors)
    check("\(name()).latency", interval.latency)
    check("\(name()).service", interval.service)
    check("\(name()).connects", interval.connects)
  }

  mutating func check(_ name: @autoclosure () -> String, _ fleet: ClientReport.Fleet?) {
    guard let fleet else { return }
    checkMoment("\(name()).start_at_unix_ns", fleet.startAt)
    checkMoment("\(name()).ready_unix_ns", fleet.ready)
    checkMoment("\(name()).load.start_unix_ns", fleet.load?.start)
    checkMoment("\(name()).load.end_unix_ns", fleet.load?.end)
  }
}

// MARK: - What was used, and a search

extension FigureLimits {
  mutating func check(_ name: @autoclosure () -> String, _ cpu: CPUTime?) {
    check("\(name()).user_ns", cpu?.userNanoseconds)
    check("\(name()).system_ns", cpu?.systemNanoseconds)
  }

  mutating func check(_ name: @autoclosure () -> String, _ usage: ProcessUsage?) {
    guard let usage else { return }
    check("\(name()).cpu_ns", usage.cpuNanoseconds)
    check("\(name()).user_ns", usage.userNanoseconds)
    check("\(name()).system_ns", usage.systemNanoseconds)
    check("\(name()).busiest_thread_ns", usage.busiestThreadNanoseconds)
    check("\(name()).runnable_thread_ns", usage.runnableThreadNanoseconds)
    check("\(name()).voluntary_switches", usage.voluntarySwitches)
    check("\(name()).involuntary_switches", usage.involuntarySwitches)
    check("\(name()).migrations", usage.migrations)
    check("\(name()).minor_faults", usage.minorFaults)
    check("\(name()).peak_resident_bytes", usage.peakResidentBytes)
    check("\(name()).processes", usage.processes)
    check("\(name()).threads", usage.threads)
  }

  mutating func check(_ name: @autoclosure () -> String, _ machine: MachineUsage?) {
    check("\(name()).busy_ns", machine?.busy)
    check("\(name()).idle_ns", machine?.idle)
    check("\(name()).stolen_ns", machine?.stolen)
  }

  mutating func check(_ name: @autoclosure () -> String, _ search: RateReport?) {
    guard let search else { return }
    check("\(name()).duration_ns", search.duration)
    check("\(name()).warmup_ns", search.warmup)
    for window in search.windows {
      check("\(name()).windows.duration_ns", window.duration)
      checkRate("\(name()).windows.achieved_per_second", window.achieved)
      check("\(name()).windows.client_busiest_thread", window.clientBusiest)
      check("\(name()).windows.server_busiest_thread", window.serverBusiest)
      for (figure, value) in window.latency {
        check("\(name()).windows.latency_ns.\(figure)", value)
      }
    }
  }
}
