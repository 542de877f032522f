import Testing

@testable import EchoIO

struct MessageSourceTests {
  /// The first `count` messages of a connection.
  private func messages(
    _ count: Int, connection: UInt32 = 3, size: Int = 1000, seed: UInt64 = 1
  ) -> [[UInt8]] {
    var source = MessageSource(connection: connection, size: size, seed: seed)
    defer { source.deallocate() }
    return (0..<count).map { _ in
      Array(UnsafeRawBufferPointer(start: source.next(), count: size))
    }
  }

  @Test func `a header carries the connection and the sequence number`() throws {
    for (number, message) in messages(200, connection: 70_000).enumerated() {
      let header = try #require(message.withUnsafeBytes { MessageHeader($0) })
      #expect(header.connection == 70_000)
      #expect(header.sequence == UInt64(number))
    }
  }

  @Test(arguments: [1, 4, 11, 12, 13, 64, 1000, 4096])
  func `messages have their size and are not all the same`(size: Int) {
    let made = messages(64, size: size)
    #expect(made.allSatisfy { $0.count == size })
    #expect(Set(made).count > (size == 1 ? 30 : 60))
  }

  @Test func `no message is like another, over all windows and connections`() {
    let bodies = (0..<4).flatMap { connection in
      messages(64, connection: connection).map { Array($0.dropFirst(MessageSource.headerSize)) }
    }
    #expect(Set(bodies).count == 4 * 64)
    // Beyond the 64 windows the header tells the messages apart.
    #expect(Set(messages(300)).count == 300)
  }

  @Test func `the same seed gives the same messages`() {
    #expect(messages(100, seed: 5) == messages(100, seed: 5))
    #expect(messages(1, seed: 5) != messages(1, seed: 6))
  }

  @Test func `a message stays as it is until the next is made`() {
    var source = MessageSource(connection: 0, size: 500, seed: 1)
    defer { source.deallocate() }
    for number in 0..<130 {
      let message = source.next()
      #expect(message == source.current)
      #expect(source.sequence == number + 1)
    }
  }

  @Test func `fewer bytes than a header are none`() {
    let bytes = [UInt8](repeating: 0, count: 11)
    #expect(bytes.withUnsafeBytes { MessageHeader($0) } == nil)
  }
}
