import Testing

@testable import EchoIO

struct SipHashTests {
  @Test func `the reference implementation's value for 15 bytes comes out`() {
    // Key 00 … 0f, input 00 … 0e: vector 15 of SipHash-1-3 in github.com/veorq/SipHash.
    let hash = SipHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
    #expect(hash.hash(0x0706_0504_0302_0100, 0x0e_0d0c_0b0a_0908) == 0xd320_d86d_2a51_9956)
  }
}

struct MessageSourceTests {
  @Test func `a header carries its stamp, the connection and the message's number`() throws {
    try withMessages(seed: 9) { source in
      for number in 0..<200 {
        let message = source.content(of: number, on: 70_000)
        let header = try #require(message.withUnsafeBytes { MessageHeader($0) })
        #expect(header.connection == 70_000)
        #expect(header.message == number)
        #expect(header.segment == 0)
        #expect(header.stamp == source.stamp(connection: 70_000, message: number, segment: 0))
      }
    }
  }

  @Test func `fewer bytes than a header are none`() {
    let bytes = [UInt8](repeating: 0, count: MessageHeader.size - 1)
    #expect(bytes.withUnsafeBytes { MessageHeader($0) } == nil)
  }

  @Test(arguments: [1, 2, 4, 7, 8, 11, 12, 20, 24, 25, 64, 1000, 4096])
  func `no two messages are alike, of one connection or of several, as far as their size allows`(
    size: Int
  ) throws {
    try withMessages(size) { source in
      let made = (0..<12).flatMap { connection in
        (0..<64).map { source.content(of: $0, on: connection) }
      }
      #expect(made.allSatisfy { $0.count == size })
      // Of 768 drawn from 256 some 243 differ, of 768 from 65536 some 763.
      let fewest = size == 1 ? 225 : size == 2 ? 750 : made.count
      #expect(Set(made).count >= fewest)
    }
  }

  @Test(arguments: 1...12)
  func `the messages of any two connections differ at any number`(size: Int) throws {
    try withMessages(size) { source in
      for connection in 1..<20 as Range<UInt32> {
        for other in 0..<connection {
          let swapped = (0..<24).count {
            source.content(of: $0, on: connection) == source.content(of: $0, on: other)
          }
          // One in 256 of a single byte is the same by chance: of 24, three in a row of runs.
          #expect(swapped <= (size == 1 ? 4 : size == 2 ? 1 : 0))
        }
      }
    }
  }

  @Test func `the content is a function of the seed, the connection and the number`() throws {
    let contents = try [5, 5, 6].map { seed in
      try withMessages(seed: seed) { source in (0..<100).map { source.content(of: $0, on: 3) } }
    }
    #expect(contents[0] == contents[1])
    for (one, other) in zip(contents[0], contents[2]) {
      // The stamps, and the bodies; the numbers are the same.
      #expect(one.prefix(8) != other.prefix(8))
      #expect(one.dropFirst(MessageHeader.size) != other.dropFirst(MessageHeader.size))
    }
  }

  @Test func `in whatever order messages are made, they are the same`() throws {
    try withMessages { source in
      let forwards = (0..<130).map { source.content(of: $0, on: UInt32($0 % 3)) }
      let backwards = (0..<130).reversed().map { source.content(of: $0, on: UInt32($0 % 3)) }
      #expect(forwards == backwards.reversed())
    }
  }

  @Test func `the pattern does not give the key away`() throws {
    try withMessages(4096, seed: 77) { source in
      // A server that takes eight bytes of a body for a state of SplitMix64 comes to the next
      // eight, but neither to the seed nor to the state that the key was drawn from.
      var state: UInt64 = 77
      let key = (splitMix64(&state), splitMix64(&state))
      let body = source.content(of: 0, on: 0).dropFirst(MessageHeader.size)
      let words = body.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count - 7, by: 8).map {
          bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
        }
      }
      #expect(!words.contains(key.0) && !words.contains(key.1) && !words.contains(77))
    }
  }

  @Test func `every block of a large message has a stamp of its own`() throws {
    let size = 2 * MessageSource.segmentSize + 100
    try withMessages(size) { source in
      let message = source.content(of: 4, on: 1)
      #expect(message.count == size)
      for block in 0..<3 {
        let header = message[(block * MessageSource.segmentSize)...].withUnsafeBytes {
          MessageHeader($0)
        }
        #expect(header?.segment == block)
        #expect(header?.stamp == source.stamp(connection: 1, message: 4, segment: block))
      }
    }
  }

  @Test func `any piece of a message is compared with what it should be`() throws {
    let size = MessageSource.segmentSize + 5000
    try withMessages(size) { source in
      let message = source.content(of: 2, on: 1)
      for (start, count) in [
        (0, size), (0, 1), (1, 7), (20, 100), (size - 1, 1), (MessageSource.segmentSize - 3, 6),
        (MessageSource.segmentSize, 24), (5, 0),
      ] {
        var piece = Array(message[start..<start + count])
        #expect(source.matches(piece, count, from: start, of: 2, on: 1))
        #expect(!source.matches(message, 40, from: 0, of: 3, on: 1))
        #expect(!source.matches(message, 40, from: 0, of: 2, on: 0))
        for index in Set([0, count / 2, count - 1]) where index >= 0 && count > 0 {
          piece[index] ^= 1
          #expect(!source.matches(piece, count, from: start, of: 2, on: 1))
          piece[index] ^= 1
        }
      }
    }
  }

  @Test func `a message of gigabytes needs no more memory than a block`() throws {
    try withMessages(16 << 30) { source in
      let part = MessageSource.part(from: 16 << 30 - 10, 10)
      #expect(part.segment == (16 << 30) / MessageSource.segmentSize - 1 && part.count == 10)
      let bytes = source.withSegment(part.segment, of: 0, on: 0) {
        Array(UnsafeRawBufferPointer(start: $0 + part.start, count: part.count))
      }
      #expect(source.matches(bytes, 10, from: 16 << 30 - 10, of: 0, on: 0))
    }
  }

  @Test func `a seed is drawn unless it is given`() {
    let seeds = (0..<20).map { _ in Workload().seed }
    #expect(Set(seeds).count == 20)
    #expect(seeds.allSatisfy { $0 < 1 << 53 })
    #expect(Workload(seed: 12).seed == 12)
  }

  private func withMessages<Result>(
    _ size: Int = 1000, seed: UInt64 = 1, _ body: (MessageSource) throws -> Result
  ) throws -> Result {
    let source = try MessageSource(size: size, seed: seed)
    defer { source.deallocate() }
    return try body(source)
  }
}
