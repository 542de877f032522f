internal import EchoIO

/// What kept a scenario from going faster.
enum Bottleneck: String, Encodable, Sendable {
  /// No idle CPU was left: server and client took it from each other.
  case machine
  /// The server's busiest thread had no time left.
  case server
  /// The client's busiest thread had no time left: the server might do more.
  case client
  /// CPUs and threads had time left: messages waited for wake-ups and for each other.
  case latency

  /// Names it from shares between 0 and 1: the machine's idle CPU time, and of the window the
  /// time that the busiest thread of each side was running.
  init(idle: Double, serverBusiest: Double, clientBusiest: Double) {
    if idle < Self.noIdleLeft {
      self = .machine
    } else if max(serverBusiest, clientBusiest) < Self.noTimeLeft {
      self = .latency
    } else {
      self = serverBusiest >= clientBusiest ? .server : .client
    }
  }

  /// The kernel counts in ticks of 10 ms, so a saturated second still shows some idle ones.
  private static let noIdleLeft = 0.05
  /// A thread that is always runnable is not always running: interrupts take their share.
  private static let noTimeLeft = 0.9
}

extension Bottleneck {
  /// From the medians of the shares over the rounds; nil where one of them is unknown.
  init?(_ rounds: [Measurement]) {
    func share(_ value: (ClientReport) -> Double?) -> Double? {
      Sample(rounds.compactMap(\.client).compactMap(value))?.median
    }
    func busiest(_ usage: KeyPath<ClientReport, ProcessUsage?>) -> Double? {
      share { report in
        report[keyPath: usage].map {
          Double($0.busiestThreadNanoseconds) / Double(report.window.duration)
        }
      }
    }
    guard
      let idle = share({ report in
        report.machine.map { Double($0.idle) / max(1, $0.total) }
      }),
      let server = busiest(\.server), let client = busiest(\.client)
    else { return nil }
    self.init(idle: idle, serverBusiest: server, clientBusiest: client)
  }
}
