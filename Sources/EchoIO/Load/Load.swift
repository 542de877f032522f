/// What a client puts on a server: the same value on the command line, in suite files, scenarios,
/// comparisons and reports. Two loads are the same when these values are equal.
///
/// How long it lasts and where it goes is not part of it (``Workload``). What there is to know of
/// each member stands in ``LoadAxis/all``.
public struct Load: Codable, Hashable, Sendable {
  /// How the client itself does its I/O.
  public var engine: Engine
  /// Client threads.
  public var workers: Int
  /// Connections, shared out evenly among the workers.
  public var connections: Int
  /// Connections beside those, open and silent; nil for none.
  public var idle: Int?
  /// Of each message; of the largest where there are several sizes.
  public var size: ByteCount
  /// The sizes, where there are several; else nil.
  public var mix: SizeMix?
  public var verification: Verification
  /// Messages per second over all connections, whatever the replies do: an open loop; nil for a closed
  /// one, in which a message follows a reply.
  public var rate: Int?
  /// What has to hold of response times, where the rate of an open loop is the highest at which it does:
  /// that rate is searched, and not part of the load. Nil where it is not.
  public var findRate: LatencyCondition?
  /// How they arrive in an open loop; nil for steadily.
  public var arrival: Arrival?
  /// In an open loop, ask for replies all the time instead of waiting for them; nil for not.
  public var spin: Bool?
  /// Most blocks in flight on a connection; nil for one.
  public var pipeline: Int?
  /// Messages that are written as one and awaited as one; nil for each by itself.
  public var block: Int?
  /// Messages of a connection, before another takes its place; nil where none does.
  public var reconnect: Int?
  /// Whether the client's segments go at once (TCP_NODELAY); nil for yes.
  public var nodelay: Bool?
  /// Bytes that the client asks for with SO_SNDBUF; nil for the kernel's own.
  public var sendBuffer: ByteCount?
  /// The same with SO_RCVBUF.
  public var receiveBuffer: ByteCount?
  /// What carries the connections, where it is not TCP over IPv4; else nil.
  private var otherTransport: Transport?

  enum CodingKeys: String, CodingKey {
    case engine, workers, connections, arrival, spin, pipeline, block
    case reconnect = "messages_per_connection"
    case rate = "messages_per_second"
    case findRate = "find_rate"
    case idle = "idle_connections"
    case size = "size_bytes"
    case mix = "size_mix"
    case verification = "verify"
    case nodelay
    case sendBuffer = "send_buffer_bytes"
    case receiveBuffer = "receive_buffer_bytes"
    case otherTransport = "transport"
  }

  /// - Parameters:
  ///   - connections: nil for one per worker.
  ///   - engine: nil for blocking while there are as many connections as workers, else event.
  public init(
    engine: Engine? = nil, workers: Int = 5, connections: Int? = nil, idle: Int? = nil,
    size: ByteCount = ByteCount(1000), verification: Verification = .full
  ) {
    self.workers = workers
    self.connections = connections ?? workers
    self.idle = idle
    self.size = size
    self.verification = verification
    self.engine = engine ?? (self.connections == workers ? .blocking : .event)
  }

  /// How many classes of sizes figures are told for; 0 where messages are of one.
  var sizeClasses: Int { mix?.classes.count ?? 0 }

  /// Whether messages have a rate of their own, given or searched.
  public var isOpen: Bool { rate != nil || findRate != nil }

  /// The load of a window of a search: an open loop, or a closed one where `rate` is nil.
  public func window(at rate: Int?) -> Load {
    var load = self
    (load.findRate, load.rate) = (nil, rate)
    if rate == nil { (load.arrival, load.spin) = (nil, nil) }
    return load
  }

  /// Most blocks in flight on a connection.
  public var depth: Int { pipeline ?? 1 }

  public var messagesPerBlock: Int { block ?? 1 }

  /// Blocks of a connection; `Int.max` where no other takes its place.
  var blocksPerConnection: Int { reconnect.map { $0 / messagesPerBlock } ?? .max }

  public var spins: Bool { spin ?? false }

  /// Most bytes in flight on a connection.
  var bytesInFlight: Int { depth * messagesPerBlock * size.bytes }

  /// What carries the connections. A client is told by the address that it is given.
  public var transport: Transport {
    get { otherTransport ?? .tcp }
    set { otherTransport = newValue == .tcp ? nil : newValue }
  }

  /// How the client sets its sockets.
  public var sockets: SocketOptions {
    SocketOptions(
      nodelay: nodelay ?? true, sendBuffer: sendBuffer, receiveBuffer: receiveBuffer)
  }

  /// Active and idle ones.
  public var allConnections: Int { connections + (idle ?? 0) }

  /// The same, without connections that are idle.
  public var withoutIdle: Load {
    var load = self
    load.idle = nil
    return load
  }

  /// The same, with every byte compared.
  public var verified: Load {
    var load = self
    load.verification = .full
    return load
  }
}

// MARK: - Its axes

extension LoadAxis {
  /// Every axis there is. One that is derived from others unless it is given comes after them.
  public static let all: [LoadAxis] = [
    size, workers, connections, rate, findRate, arrival, spin, engine, verification, idle, pipeline,
    block,
    reconnect, transport, nodelay, sendBuffer, receiveBuffer,
  ]

  public static let size = LoadAxis(
    "size", suiteKey: "sizes",
    help: """
      Bytes per message: 1000, 64k, 1M; or several, at random: 64,1k,64k, or any in between: \
      uniform:64-4k.
      """,
    read: { (text, load) throws(UnitError) in
      load.mix = try SizeMix(parsing: text)
      if let mix = load.mix {
        load.size = mix.largest
      } else {
        load.size = try ByteCount(parsing: text)
      }
    },
    argument: { $0.mix?.description ?? $0.size.argument },
    label: { $0.mix?.description ?? "\($0.size)" },
    problem: { load in
      load.size.bytes > mostBytes ? "must be at most \(ByteCount(mostBytes).argument)" : nil
    })

  /// Of a message.
  private static let mostBytes = 1 << 30

  public static let workers = LoadAxis(
    "workers", suiteKey: "workers", help: "Client threads.",
    read: { (text, load) throws(UnitError) in load.workers = try Count(parsing: text).value },
    argument: { "\($0.workers)" },
    // A blocking client has as many as connections; one event loop is what most have.
    label: { $0.engine == .blocking || $0.workers == 1 ? nil : "\($0.workers) workers" },
    problem: { outside(1...mostWorkers, $0.workers) })

  public static let connections = LoadAxis(
    "connections", suiteKey: "connections",
    help: "Connections, shared out among the workers. (default: one per worker)",
    read: { (text, load) throws(UnitError) in load.connections = try Count(parsing: text).value },
    settle: { $0.connections = $0.workers },
    argument: { "\($0.connections)" },
    label: {
      $0.connections == Load().connections ? nil : "\(plural($0.connections, "connection"))"
    },
    problem: { load in
      if let rule = outside(1...mostConnections, load.connections) { return rule }
      return load.connections < load.workers ? "must be at least the \(load.workers) workers" : nil
    })

  public static let engine = LoadAxis(
    "engine", suiteKey: "engines",
    help: """
      blocking: a thread per connection. event: epoll. (default: blocking while there are as many \
      connections as workers and no rate, else event)
      """,
    choices: Engine.allCases.map(\.rawValue),
    read: { (text, load) throws(UnitError) in load.engine = try readChoice(text) },
    settle: {
      $0.engine = $0.connections == $0.workers && !$0.isOpen ? .blocking : .event
    },
    argument: { $0.engine.rawValue },
    label: { $0.engine.rawValue },
    problem: { load in
      if load.engine == .blocking, load.isOpen {
        return "must be event where there is a rate: the blocking engine waits for each reply"
      }
      return load.engine == .blocking && load.connections != load.workers
        ? "must be event, or there must be \(load.connections) workers: the blocking engine drives"
          + " one connection per worker" : nil
    })

  public static let verification = LoadAxis(
    "verify", suiteKey: nil,
    help: "What is checked: every byte (full), the length, or nothing (off).",
    choices: Verification.allCases.map(\.rawValue),
    read: { (text, load) throws(UnitError) in load.verification = try readChoice(text) },
    argument: { $0.verification.rawValue },
    label: { $0.verification == .full ? nil : "verify \($0.verification.rawValue)" })

  public static let idle = LoadAxis(
    "idle-connections", suiteKey: "idle_connections",
    help:
      "Connections beside those, open and silent from before the load to after it. (default: none)",
    omitted: "0",
    read: { (text, load) throws(UnitError) in
      load.idle = text == "0" ? nil : try Count(parsing: text).value
    },
    argument: { "\($0.idle ?? 0)" },
    label: { $0.idle.map { plural($0, "idle connection") } },
    problem: { load in
      guard let idle = load.idle else { return nil }
      return outside(1...max(1, mostConnections - load.connections), idle)
    })
}

// MARK: - Their values

/// How the client itself does its I/O. The ranking of servers depends on it.
public enum Engine: String, CaseIterable, Codable, Sendable {
  /// A thread per connection, writing and then reading: the blog's client.
  case blocking
  /// Each worker drives its share of the connections through epoll(7).
  case event
}

/// What is checked of a reply.
public enum Verification: String, CaseIterable, Codable, Sendable {
  /// Every byte, and that nothing comes after the last one.
  case full
  /// The number of bytes, and that nothing comes after the last one.
  case length
  /// Any bytes are taken as the reply, as the blog's client did; the result says so.
  case off
}
