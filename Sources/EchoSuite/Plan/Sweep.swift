public import EchoIO

/// The axes whose product gives the scenarios.
public struct Sweep: Equatable, Sendable {
  /// A server and the axes that are its own.
  public struct Entry: Equatable, Sendable {
    public var name: String
    public var kind: Server.Kind
    /// Of a backend, a server for each; nil: those of the sweep. A command has none.
    public var threads: [Int]?
    public var cpus: String?
    /// Of a backend; nil for the standard.
    public var sockets: SocketOptions?
    public var publishedAs: String?
    public var correctedBy: String?
    public var against: String?
    /// nil: those of the sweep. Ignored for a command that has no place for a buffer size.
    public var buffers: [ByteCount]?
    public var verifications: [Verification]

    public init(
      name: String, kind: Server.Kind, threads: [Int]? = nil, cpus: String? = nil,
      sockets: SocketOptions? = nil, publishedAs: String? = nil, correctedBy: String? = nil,
      against: String? = nil, buffers: [ByteCount]? = nil,
      verifications: [Verification] = [.full]
    ) {
      self.name = name
      self.kind = kind
      self.threads = threads
      self.cpus = cpus
      self.sockets = sockets
      self.publishedAs = publishedAs
      self.correctedBy = correctedBy
      self.against = against
      self.buffers = buffers
      self.verifications = verifications
    }
  }

  public var entries: [Entry]
  /// The product of the axes of the load; each entry verifies as it says itself.
  public var loads: [Load]
  /// Whether the rates of the loads are parts of what the slowest server reaches, in millionths: nothing
  /// can be planned before a pilot has found that (``Pilot``).
  public internal(set) var hasRateParts = false
  public var buffers: [ByteCount]
  /// Threads of every backend; none for what each has by default.
  public var threads: [Int] = []
  public var clientCPUs: String?
  /// Run the first scenario twice, under two names: the first that is verified in full, if any is.
  public var hasTwin: Bool
  /// Who drives every server; this program's own client is among them.
  public var drivers: [Driver] = [.own]

  /// How many scenarios there are: known before they are made.
  var scenarioCount: Int {
    let product = entries.reduce(0) { sum, entry in
      sum + servers(entry).count * loads.count * (entry.verifications.count + drivers.count - 1)
    }
    return product + (hasTwin && product > 0 ? 1 : 0)
  }

  /// Every server under every load, engines outermost, and the twin last.
  public var scenarios: [Scenario] {
    let product = Engine.allCases.flatMap { engine in
      entries.flatMap { entry in
        servers(entry).flatMap { server in
          loads.filter { $0.engine == engine && isWorthwhile(server, of: entry, $0) }.flatMap {
            load in
            drivers.filter { $0.drives(load) }.flatMap { driver in
              verifications(entry, driver).map { verification in
                var load = load
                load.verification = verification
                return Scenario(
                  server: server, load: load, client: driver.client, clientCPUs: clientCPUs)
              }
            }
          }
        }
      }
    }
    let verified = product.first { $0.load.verification == .full && $0.client == nil }
    guard hasTwin, let first = verified ?? product.first else { return product }
    return product + [first.twin]
  }

  /// Nobody else's client is asked to show a wrong server beside its verdict.
  private func verifications(_ entry: Entry, _ driver: Driver) -> [Verification] {
    guard driver.client != nil else { return entry.verifications }
    return entry.verifications.contains(.full) ? [.full] : Array(entry.verifications.prefix(1))
  }

  /// Buffers up to the smallest that the message fits, and the largest as a check: those between
  /// are one and the same to it.
  private func isWorthwhile(_ server: Server, of entry: Entry, _ load: Load) -> Bool {
    guard let buffer = server.bufferBytes else { return true }
    let fitting = (entry.buffers ?? buffers).map(\.bytes).filter { $0 >= load.size.bytes }
    return buffer < load.size.bytes || buffer == fitting.min() || buffer == fitting.max()
  }

  private func servers(_ entry: Entry) -> [Server] {
    let buffers: [Int?] =
      switch entry.kind {
      case .command(let command) where !Server.has(.bufferSize, in: command): [nil]
      default: (entry.buffers ?? self.buffers).map(\.bytes)
      }
    return counts(entry).flatMap { threads in
      buffers.map {
        Server(
          name: name(entry, threads), kind: entry.kind, threads: threads, bufferBytes: $0,
          cpus: entry.cpus, sockets: entry.sockets, publishedAs: entry.publishedAs,
          correctedBy: entry.correctedBy.map { counterpart($0, threads) },
          against: against(entry, threads))
      }
    }
  }
}

// MARK: - Threads

extension Sweep {
  /// The numbers of threads that an entry has; nil for a command, and for a backend's default.
  private func counts(_ entry: Entry) -> [Int?] {
    guard case .backend = entry.kind else { return [nil] }
    let own = entry.threads ?? threads
    return own.isEmpty ? [nil] : own
  }

  /// How servers are called that differ in their threads: `libuv/1`, `libuv/2`.
  private func name(_ entry: Entry, _ threads: Int?) -> String {
    guard let threads, counts(entry).count > 1 else { return entry.name }
    return "\(entry.name)/\(threads)"
  }

  /// Of the servers of the entry called `name`, the one with so many threads, or the first.
  private func counterpart(_ name: String, _ threads: Int?) -> String {
    guard let entry = entries.first(where: { $0.name == name }) else { return name }
    let counts = counts(entry)
    return self.name(entry, counts.contains(threads) ? threads : counts[0])
  }

  /// What the server of an entry is compared with: where threads are swept and it does not say, the
  /// first server of the suite that has as many.
  private func against(_ entry: Entry, _ threads: Int?) -> String? {
    if let other = entry.against { return counterpart(other, threads) }
    guard counts(entry).count > 1, let first = entries.first, first != entry,
      counts(first).contains(threads)
    else { return nil }
    return counterpart(first.name, threads)
  }
}
