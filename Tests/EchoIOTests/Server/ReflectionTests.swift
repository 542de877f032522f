import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// Nobody gets more out of a server than was put in: it is of no use against others.
  struct ReflectionTests {
    @Test(arguments: BackendUnderTest.all)
    func `never has more come back than was sent, whatever a peer does`(
      backend: BackendUnderTest
    ) throws {
      let counters = try withServer(backend, bufferSize: 4096, threads: 3) { server in
        for ending in HostilePeer.Ending.allCases {
          for urgent in [0, 1, 3] {
            try HostilePeer(server.address).talk(urgentEach: urgent, then: ending)
          }
        }
        #expect(try Peer(server.address).echoDifference(scrambledBytes(10_000)) == nil)
      }
      #expect(counters.bytesOut <= counters.bytesIn)
    }

    @Test(arguments: BackendUnderTest.all)
    func `urgent data holds nothing up and keeps no server busy`(backend: BackendUnderTest)
      async throws
    {
      await #expect(processExitsWith: .success) { [name = backend.type.name as String] in
        try withServer(.named(name), threads: 2) { server in
          let peer = try Peer(server.address)
          #expect(try peer.echoDifference([1, 2, 3]) == nil)
          peer.sendUrgent()
          let before = ThisProcess.cpuNanoseconds
          #expect(!peer.hasInput(within: .milliseconds(300)))
          #expect(ThisProcess.cpuNanoseconds - before < 150_000_000)
          let message = scrambledBytes(5000)
          #expect(try peer.echoDifference(message) == nil)
        }
      }
    }
  }
}

extension Peer {
  /// Sends one byte of urgent data (tcp(7)), if it can.
  fileprivate func sendUrgent() {
    var byte: UInt8 = 0xFF
    _ = Glibc.send(descriptor, &byte, 1, Int32(MSG_OOB) | Int32(MSG_NOSIGNAL))
  }
}

/// Sends without waiting, and counts at each moment what has come back.
private struct HostilePeer {
  enum Ending: CaseIterable {
    case halfClose, reset, breakOff
  }

  private let peer: Peer

  init(_ address: Address) throws {
    peer = try Peer(address)
  }

  /// - Parameter each: after so many messages one byte is urgent; 0 for none.
  func talk(urgentEach each: Int, then ending: Ending) throws {
    let offered = Lock(0)
    let reader = try BoundedWork("reader") { [peer] in
      var received = 0
      while let piece = try? peer.receiveOnce(64 << 10), !piece.isEmpty {
        received += piece.count
        let most = offered.withLock { $0 }
        if received > most { return Received(bytes: received, surplus: received - most) }
      }
      return Received(bytes: received, surplus: 0)
    }
    let message = scrambledBytes(3000)
    var urgent = 0
    for number in 1...40 {
      // Before it is sent: it may be back at once.
      offered.withLock { $0 += message.count }
      try peer.send(message)
      if each > 0, number.isMultiple(of: each) {
        offered.withLock { $0 += 1 }
        peer.sendUrgent()
        urgent += 1
      }
    }
    switch ending {
    case .halfClose: peer.halfClose()
    case .breakOff, .reset: peer.breakOff()
    }
    let received = try reader.value()
    if ending == .reset { peer.reset() }
    #expect(received.surplus == 0)
    if ending == .halfClose {
      // A byte that is urgent is left out, or is one like the others where the next is urgent, too.
      let sent = 40 * message.count
      #expect((sent...sent + urgent).contains(received.bytes), "urgent each \(each)")
    }
  }

  private struct Received {
    let bytes: Int
    let surplus: Int
  }
}
