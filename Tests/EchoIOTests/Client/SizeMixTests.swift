import Testing

@testable import EchoIO

extension DataPlane {
  /// Messages of several sizes.
  struct SizeMixTests {
    @Test(arguments: [
      ("64,1k,64k", [64...64, 1024...1024, 65536...65536]),
      ("64k,64", [64...64, 65536...65536]),
      (
        "uniform:64-4k",
        [64...127, 128...255, 256...511, 512...1023, 1024...2047, 2048...4095, 4096...4096]
      ),
      ("uniform:100-300", [100...127, 128...255, 256...300]),
    ])
    func `a mix is read, and told apart by classes`(text: String, classes: [ClosedRange<Int>])
      throws
    {
      let load = try Load(["size": text])
      #expect(load.mix?.classes == classes)
      #expect(load.size.bytes == classes.last?.upperBound)
      #expect(try Load(["size": LoadAxis.size.argument(load)]) == load)
    }

    @Test(arguments: [
      ("64,64", "must have each size once"),
      ("64,", "must be a whole number of bytes, at least 1, such as 1000 or 64k"),
      ("uniform:64", "must be a range such as uniform:64-4k"),
      ("uniform:4k-64", "must be a range whose end is above its beginning"),
      ("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "must have at most 16 sizes"),
    ])
    func `what is no mix is refused in words`(text: String, rule: String) {
      let error = #expect(throws: LoadError.self) { try Load(["size": text]) }
      #expect(error?.rule == rule)
    }

    @Test func `each size is as likely, and the same again with the same seed`() throws {
      let mix = try #require(try SizeMix(parsing: "10,20,30"))
      let draws = [1, 1, 2].map { SizeDraw(mix, seed: $0) }
      defer { for draw in draws { draw.deallocate() } }
      let sizes = draws.map { draw in (0..<3000).map { draw.size(of: $0, on: 4) } }
      #expect(sizes[0] == sizes[1] && sizes[0] != sizes[2])
      // 1000 of each, give or take five standard deviations.
      for size in [10, 20, 30] { #expect(abs(sizes[0].count { $0 == size } - 1000) < 130) }
      #expect((0..<3000).allSatisfy { draws[0].sizeClass(of: $0, on: 4) == sizes[0][$0] / 10 - 1 })
    }

    @Test(arguments: ["1,1000,70k", "uniform:1-3000"], [1, 8])
    func `every message of a mix is verified, and counted with its kind`(text: String, depth: Int)
      throws
    {
      for engine in Engine.allCases {
        let counters = try withServer(.named("epoll")) { server in
          let result = try load(server.address, engine) {
            $0.mix = try? SizeMix(parsing: text)
            $0.size = $0.mix?.largest ?? $0.size
            $0.pipeline = depth == 1 ? nil : depth
            $0.stopRule = .messages(300)
          }
          expectValid(result, messages: 300)
          let sizes = try #require(result.sizes)
          #expect(sizes.reduce(0) { $0 + $1.completed } == 300)
          #expect(sizes.allSatisfy { $0.latency.mean ?? 0 < 1e10 })
          #expect(result.lifetime.bytesReceived == result.lifetime.bytesSent)
          #expect(result.counts.bytesSent == result.lifetime.bytesSent)
          #expect(result.counts.bytesReceived <= result.counts.bytesSent)
        }
        #expect(counters.bytesIn == counters.bytesOut)
      }
    }

    @Test func `a reply to a message of a mix that lacks a byte is found`() throws {
      let result = try withLies { conversation in
        // Whatever comes at once is a message: but for the last byte.
        while case let some = try conversation.peer.receiveOnce(8192), !some.isEmpty {
          try conversation.peer.send(some.dropLast())
        }
      } _: {
        try load($0, .event) {
          $0.mix = try? SizeMix(parsing: "500,2000")
          $0.size = ByteCount(2000)
          $0.timeout = .milliseconds(150)
        }
      }
      #expect(result.broken == [.missing])
      let reason = try #require(result.invalidReasons.first)
      #expect(reason.contains("1 byte of message 1 on connection 0 missing"))
    }
  }
}
