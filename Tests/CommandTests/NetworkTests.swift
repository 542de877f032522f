import EchoIO
import Foundation
import Testing

/// A server and clients on hosts of their own.
@Suite(
  .serialized, .takingTurns, .timeLimit(.minutes(2)),
  .enabled(if: Network.isThere, Network.absence))
struct NetworkTests {
  /// A server on h1 that ends with descriptor 9.
  private static let server = """
    mkfifo input
    on h1 $echobench server --backend epoll --address 10.77.0.11:25000 --until-eof \
      --format json <input >server.json &
    server=$!
    exec 9>input
    until grep -q listening server.json; do sleep 0.02; done

    """

  @Test func `two hosts measure in step, and merge makes one result of them`() async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await Network.run(
        Self.server + """
          on h1 $echobench observe --listener 25000 --every 50ms --duration 10s --format json \
            >observe.json 9>&- &
          observe=$!
          moment=$(date -d '+3 seconds' +%s.%N)
          for n in 2 3; do
            on h$n $echobench client --address 10.77.0.11:25000 --start-at $moment --warmup 300ms \
              --cooldown 300ms --duration 500ms --id h$n --shard $((n - 1))/2 --seed 7 --workers 1 \
              --connections 4 --engine event --format json --output {id}.json 9>&- &
            clients="$clients $!"
          done
          wait $clients
          sleep 0.2
          kill $observe
          exec 9>&-
          wait $server
          mkdir reports
          mv h2.json h3.json observe.json reports
          $echobench merge reports --expect 2 --format json
          """, in: folder.path)
      #expect(ending.status == 0, "\(ending.errors)")
      let merged = try JSONValue(parsing: ending.output)
      #expect(try Schema(named: "echobench-merge/1").complaints(about: merged) == [])
      #expect(merged["valid"] == .bool(true) && merged["target"]?["remote"] == .bool(true))

      var all = LatencyHistogram()
      for host in ["h2", "h3"] {
        let report = try JSONValue(parsing: folder.read("reports/\(host).json"))
        #expect(try Schema(named: "echobench-client/1").complaints(about: report) == [])
        #expect(report["target"]?["remote"] == .bool(true))
        #expect(report["retransmits"]?.number != nil)
        try all.add(LatencyHistogram(decoding: #require(report["latency"]?["hdr_v2"]?.string)))
      }
      #expect(merged["counts"]?["completed"]?.number == Double(all.count))
      let text = try #require(merged["latency"]?["hdr_v2"]?.string)
      #expect(Array(try LatencyHistogram(decoding: text).buckets) == Array(all.buckets))
      let skew = try #require(merged["window"]?["skew_ns"]?.number)
      #expect(skew < 150e6)
      #expect(try #require(merged["server"]?["cpus"]?.number) > 0)

      let readings = folder.read("reports/observe.json").split(separator: "\n")
      for line in readings {
        let reading = try JSONValue(parsing: line)
        #expect(try Schema(named: "echobench-observe/1").complaints(about: reading) == [])
      }
      #expect(readings.count > 10)
      // It ended with its input, and told what it had done.
      #expect(folder.read("server.json").contains(#""event":"stopped""#))
    }
  }

  @Test func `where a link is cut nobody knows whether it was the server`() async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await Network.run(
        Self.server
          + """
          on h2 $echobench client --address 10.77.0.11:25000 --workers 1 --warmup 0 --duration 20s \
            --timeout 400ms --format json --start-at stdin <start >report.json 2>errors 9>&- &
          client=$!
          exec 8>start
          until grep -q ready errors; do sleep 0.02; done
          echo go >&8
          sleep 0.3
          ip -n h2 link set eth0 down
          wait $client || echo $? >status
          exec 9>&-
          wait $server
          """.replacing("on h2 $echobench client", with: "mkfifo start\non h2 $echobench client"),
        in: folder.path)
      #expect(ending.status == 0, "\(ending.errors)")
      #expect(folder.read("status") == "3\n")
      let report = try JSONValue(parsing: folder.read("report.json"))
      let reasons = try #require(report["invalid_reasons"])
      #expect(
        "\(reasons)".contains("the server or the network did not answer message"), "\(reasons)")
    }
  }

  @Test(
    .enabled(if: Network.losesPackets, "SKIPPED: nft(8) is not there, or cannot lose packets here"))
  func `loss on the way to one host is told as that`() async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await Network.run(
        Self.server + Network.loss + """
          moment=$(date -d '+3 seconds' +%s.%N)
          for n in 2 3; do
            on h$n $echobench client --address 10.77.0.11:25000 --start-at $moment --warmup 300ms \
              --cooldown 300ms --duration 800ms --id h$n --workers 2 --format json --output {id}.json 9>&- &
            clients="$clients $!"
          done
          wait $clients
          exec 9>&-
          wait $server
          $echobench merge h2.json h3.json --format json
          """, in: folder.path)
      #expect(ending.status == 0, "\(ending.errors)")
      let merged = try JSONValue(parsing: ending.output)
      #expect(try #require(merged["retransmits"]?.number) > 0)
      let told = "\(try #require(merged["warnings"]))"
      #expect(told.contains("again: packets were lost"), "\(told)")
      // Nobody loses packets on the way to the other.
      let other = try JSONValue(parsing: folder.read("h2.json"))
      #expect(other["valid"] == .bool(true))
    }
  }

  @Test func `a server of another host cannot be observed from here`() async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await Network.run(
        Self.server + """
          on h2 $echobench client --address 10.77.0.11:25000 --observe $$ 2>errors && exit 1
          exec 9>&-
          wait $server
          """, in: folder.path)
      #expect(ending.status == 0, "\(ending.errors)")
      #expect(
        folder.read("errors").contains("'--observe' must be given for a server on this machine"))
    }
  }
}
