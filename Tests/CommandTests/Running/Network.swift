import EchoIO
import Foundation
import Testing

/// Hosts h1, h2 and h3 (10.77.0.11 to .13) on a bridge, in network namespaces that end with the test: as
/// much of a network as a machine is by itself.
enum Network {
  /// Runs a script of bash with the hosts there; `on h2 COMMAND` runs a command on one of them, and
  /// `$echobench` is the program.
  static func run(
    _ script: String, in directory: String
  ) async throws -> RunningProgram.Ending {
    let launcher = try #require(launcher)
    return try await RunningProgram.with(
      Array(launcher.dropFirst()) + ["bash", "-c", hosts + script, "bash", RunningProgram.path],
      in: directory, program: "/usr/bin/env"
    ) { try await $0.end() }
  }

  private static let hosts = """
    set -e
    echobench=$1
    mount -t tmpfs none /run
    ip link add br0 type bridge
    ip link set br0 up
    for n in 1 2 3; do
      ip netns add h$n
      ip link add v$n type veth peer name eth0 netns h$n
      ip link set v$n master br0 up
      ip -n h$n addr add 10.77.0.1$n/24 dev eth0
      ip -n h$n link set eth0 up
      ip -n h$n link set lo up
    done
    # A program and no function: what runs in the background can be ended by its id.
    printf '#!/bin/sh\\nexec ip netns exec "$@"\\n' >/run/on
    chmod +x /run/on
    PATH=/run:$PATH

    """

  static let isThere = launcher != nil

  static let absence: Comment =
    "SKIPPED: no network namespace can be made here (unshare(1) and ip(8), as a user, by sudo, or as root)"

  /// Loses five of a hundred packets that come to h3 from the server.
  static let loss = """
    on h3 nft add table inet lossy
    on h3 nft add chain inet lossy input '{ type filter hook input priority 0; }'
    on h3 nft add rule inet lossy input tcp sport 25000 numgen random mod 100 '<' 5 drop

    """

  static let losesPackets = launcher.map { succeeds($0, loss) } ?? false

  /// What makes the namespaces: those of a user, those of root by sudo, or those of root.
  private static let launcher: [String]? = {
    let parts = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    let ways = [
      ["env", "unshare", "--user", "--map-root-user"] + parts,
      ["env", "sudo", "-n", "unshare"] + parts, ["env", "unshare"] + parts,
    ]
    return ways.first { succeeds($0, "on h2 true") }
  }()

  private static func succeeds(_ way: [String], _ script: String) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = Array(way.dropFirst()) + ["bash", "-c", hosts + script, "bash", ""]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
