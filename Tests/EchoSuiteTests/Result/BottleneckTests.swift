import Testing

@testable import EchoSuite

struct BottleneckTests {
  @Test(arguments: [
    (0.0, 1.0, 1.0, Bottleneck.machine), (0.04, 0.5, 0.5, .machine),
    (0.3, 0.95, 0.5, .server), (0.3, 0.95, 0.95, .server), (0.3, 0.5, 0.95, .client),
    (0.05, 0.1, 0.9, .client), (0.3, 0.89, 0.89, .latency), (1, 0, 0, .latency),
  ])
  func `the bottleneck is what had no time left`(
    idle: Double, server: Double, client: Double, expected: Bottleneck
  ) {
    #expect(Bottleneck(idle: idle, serverBusiest: server, clientBusiest: client) == expected)
  }
}
