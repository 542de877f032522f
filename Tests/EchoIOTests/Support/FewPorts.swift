import Glibc
import Testing

@testable import EchoIO

/// A network of its own with loopback and few ports, of which none is used again within a minute. Sockets
/// belong to the network of the thread that makes them: this one is that of a thread, and of those that it
/// starts. It takes root, and ip(8).
enum FewPorts {
  static let areThere = (try? with(40_000...40_000) {}) != nil

  static let absence: Comment =
    "SKIPPED: no network namespace can be made here (as root, and with ip(8))"

  /// Lends a network whose connections come from these ports to `body`, which runs on that thread.
  static func with<Result: Sendable>(
    _ ports: ClosedRange<Int>, _ body: @escaping @Sendable () throws -> Result
  ) throws -> Result {
    let network = try BoundedWork("network") {
      try leaveNetwork()
      let setUp = """
        set -e
        ip link set lo up
        cd /proc/sys/net/ipv4
        echo \(ports.lowerBound) \(ports.upperBound) >ip_local_port_range
        echo 0 >tcp_tw_reuse
        echo >&0
        """
      try Shell.with(setUp) { try $0.hear() }
      return try body()
    }
    return try network.value()
  }

  /// unshare(2), which Swift's Glibc does not show.
  private static func leaveNetwork() throws {
    typealias Unshare = @convention(c) (Int32) -> Int32
    let newNetwork: Int32 = 0x4000_0000
    guard let unshare = dlsym(nil, "unshare"),
      unsafeBitCast(unshare, to: Unshare.self)(newNetwork) == 0
    else { throw SystemError.last("unshare") }
  }
}
