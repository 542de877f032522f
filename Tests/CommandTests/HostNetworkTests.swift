import EchoIO
import Foundation
import Testing

/// A suite whose hosts are on a network: in namespaces, reached by `ip netns exec`.
@Suite(
  .serialized, .takingTurns, .timeLimit(.minutes(2)),
  .enabled(if: Network.isThere, Network.absence))
struct HostNetworkTests {
  private static let hosts = """
    cat >hosts.yaml <<END
    server_host: {launch: ip netns exec h1, address: 10.77.0.11, program: $echobench}
    client_hosts:
      - {launch: ip netns exec h2, program: $echobench}
      - {launch: ip netns exec h3, program: $echobench}
    name: hosts
    rounds: 1
    duration: 300ms
    warmup: 500ms
    timeout: 20s
    twin: false
    buffers: 4k
    engines: event
    workers: 2
    connections: 8
    servers: [{backend: epoll}]
    END
    suite() { $echobench suite --output out "$@"; }
    # Waits until nothing runs on any host, which the time limit of a test bounds.
    quiet() {
      while [ -n "$(for n in 1 2 3; do ip netns pids h$n; done)" ]; do sleep 0.05; done
    }

    """

  @Test func `a server and clients on hosts of their own give a row`() async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await Network.run(
        Self.hosts + """
          suite --config hosts.yaml
          quiet
          """, in: folder.path)
      #expect(ending.status == 0, "\(ending.errors)")
      let out = TemporaryFolder(path: "\(folder.path)/out")
      #expect(try checkTrials(of: out) == 1)
      try expectValid(try JSONValue(parsing: out.read("plan.json")), "plan.json")
      try expectValid(try JSONValue(parsing: out.read("machine.json")), "machine.json")
      let trial = try #require(try HostSuite.trials(out).first)
      let client = try #require(trial["client"])
      #expect(client["valid"] == .bool(true) && client["target"]?["remote"] == .bool(true))
      #expect(try #require(client["server"]?["cpu_ns"]?.number) > 0)
      let hosts = try #require(trial["hosts"]).elements
      #expect(hosts.compactMap { $0["host"]?.string } == ["h1", "h2", "h3"])
      let counts = hosts.compactMap { $0["client"]?["completed"]?.number }
      #expect(counts.count == 2 && counts.allSatisfy { $0 > 0 })
      #expect(client["counts"]?["completed"]?.number == counts.reduce(0, +))
      // One clock: the round trips find no offset beyond what they allow.
      for host in hosts {
        let offset = try #require(host["clock"]?["offset_ns"]?.number)
        #expect(abs(offset) <= (try #require(host["clock"]?["error_ns"]?.number)) + 1e6)
      }
      #expect(ending.output.contains("over a network"))
    }
  }

  @Test(
    .enabled(if: Network.losesPackets, "SKIPPED: nft(8) is not there, or cannot lose packets here"))
  func `loss on the way to one host is told in the row`() async throws {
    try await TemporaryFolder.with { folder in
      // The port is not known before: all that comes from the server is lost alike.
      let loss = Network.loss.replacing("tcp sport 25000", with: "ip saddr 10.77.0.11")
      let ending = try await Network.run(
        Self.hosts + loss + "suite --config hosts.yaml --duration 800ms", in: folder.path)
      #expect(ending.status == 0, "\(ending.errors)")
      let out = TemporaryFolder(path: "\(folder.path)/out")
      let trial = try #require(try HostSuite.trials(out).first)
      let hosts = try #require(trial["hosts"]).elements
      let resent = hosts.compactMap {
        $0["client"]?["retransmits"]?.number ?? $0["tcp"]?["retransmits"]?.number
      }
      #expect(resent.reduce(0, +) > 0, "\(hosts)")
      #expect(ending.output.contains("packets lost"))
    }
  }

  @Test func `a host that is lost is named, and nothing is left`() async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await Network.run(
        Self.hosts + """
          suite --config hosts.yaml --duration 60s 2>errors &
          suite=$!
          # The agent is the launcher's process; its client is there once it has connected.
          until ip netns pids h3 | xargs -r -I{} cat /proc/{}/cmdline 2>/dev/null | grep -q cooldown; do
            sleep 0.05
          done
          for pid in $(ip netns pids h3); do
            grep -q agent /proc/$pid/cmdline 2>/dev/null && kill -9 $pid
          done
          wait $suite && exit 5
          quiet
          cp out/trials.jsonl lost.jsonl
          """, in: folder.path)
      #expect(ending.status == 0, "\(ending.errors)\(folder.read("errors"))")
      let trial = try JSONValue(parsing: folder.read("lost.jsonl"))
      let reason = try #require(trial["outcome"]?["failed"]?["reason"]?.string)
      #expect(
        reason.hasPrefix("host h3 was lost: its launcher (ip netns exec h3) was ended by signal 9"),
        "\(reason)")
    }
  }
}
