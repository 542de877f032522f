internal import EchoIO

extension ClientReport {
  /// The first figure that cannot be, of a report that was read; nil when there is none.
  var problem: String? {
    var limits = FigureLimits()
    limits.check("window", window)
    limits.check("counts", counts)
    limits.checkRate("throughput.messages_per_second", throughput.messagesPerSecond)
    limits.checkRate("throughput.bytes_per_second", throughput.bytesPerSecond)
    limits.check("lifetime", lifetime)
    limits.check("connections", connections)
    for (name, latency) in [
      ("latency", latency), ("service", service), ("blocks", blocks), ("connects", connects),
      ("schedule.send_lag", schedule?.sendLag),
    ] {
      limits.check(name, latency)
    }
    limits.check("schedule", schedule)
    limits.check("in_flight", inFlight)
    for size in sizes ?? [] { limits.check("sizes", size) }
    for interval in intervals ?? [] { limits.check("intervals", interval) }
    limits.check("cpu", cpu)
    limits.check("client", client)
    limits.check("server", server)
    limits.check("machine", machine)
    limits.check("server_memory.before_connections_bytes", serverMemory?.before)
    limits.check("server_memory.with_connections_bytes", serverMemory?.with)
    limits.check("retransmits", retransmits)
    limits.check("fleet", fleet)
    return limits.problem
  }
}

extension Measurement {
  /// The first figure that cannot be; nil when there is none. Nothing is made of the others before that is known.
  var problem: String? {
    if let problem = own?.problem ?? foreign?.problem { return problem }
    var limits = FigureLimits()
    limits.check("took_ns", tookNanoseconds)
    limits.check("server.cpu", server?.cpu)
    limits.check("search", search)
    for host in hosts ?? [] { limits.check("hosts", host) }
    return limits.problem
  }
}

extension ForeignRun {
  fileprivate var problem: String? {
    if let problem = told.problem { return problem }
    var limits = FigureLimits()
    limits.check("warmup_ns", warmup)
    limits.checkMoment("start_unix_ns", startUnix)
    limits.check("usage_ns", usage)
    limits.check("client", client)
    limits.check("server", server)
    limits.check("machine", machine)
    return limits.problem
  }
}
