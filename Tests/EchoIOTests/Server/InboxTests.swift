import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  struct InboxTests {
    @Test func `a loop is woken once for all that it has not taken over yet`() throws {
      let inbox = Inbox()
      var wakeUps = 0
      let connections = try (0..<3).map { _ in try someDescriptor() }
      for connection in connections { inbox.put(connection) { wakeUps += 1 } }
      #expect(wakeUps == 1)
      #expect(inbox.takeAll() == connections)
      #expect(inbox.takeAll() == [])
      inbox.put(connections[0]) { wakeUps += 1 }
      #expect(wakeUps == 2)
      #expect(inbox.takeAll() == [connections[0]])
      for connection in connections { #expect(close(connection) == 0) }
    }

    @Test func `what nobody takes over any more is closed`() async {
      await #expect(processExitsWith: .success) {
        let inbox = Inbox()
        let early = try someDescriptor()
        inbox.put(early) {}
        inbox.shut()
        #expect(!isOpen(early))
        let late = try someDescriptor()
        inbox.put(late) { Issue.record("a loop that has stopped was woken") }
        #expect(!isOpen(late))
        #expect(inbox.takeAll() == [])
      }
    }

    @Test func `connections are dealt in turn`() throws {
      let listener = try Socket.listening(on: RunningServer.loopback)
      let address = try listener.boundAddress(requested: RunningServer.loopback)
      let peers = try (0..<5).map { _ in try Peer(address) }
      var dealt: [[Int32]] = [[], []]
      var dealer = Dealer(
        from: listener.descriptor, nil,
        to: [{ dealt[0].append($0) }, { dealt[1].append($0) }])
      let isThrough = dealer.acceptAll(from: listener.descriptor)
      #expect(isThrough)
      #expect(dealt.map(\.count) == [3, 2])
      for connection in dealt.joined() { close(connection) }
      for peer in peers { peer.hangUp() }
    }
  }
}

private func someDescriptor() throws -> Int32 {
  let descriptor = dup(2)
  try #require(descriptor >= 0)
  return descriptor
}

private func isOpen(_ descriptor: Int32) -> Bool {
  fcntl(descriptor, F_GETFD) >= 0
}
