internal import Glibc

#if Liburing
  internal import CLiburing

  // Connections of ``IOUringBackend`` that found no buffer. One that has much to send takes all that there
  // are at once: the others come before it the next time.

  extension IOUringBackend {
    /// A receive has ended for want of a buffer. To begin it again at once would be in vain: those who
    /// have the buffers send from them in the same submission, and have them until the next.
    /// - Returns: false when more buffers would help.
    // Measured, calls only: nothing
    @inline(never)
    static func starve(_ loop: UnsafeMutablePointer<Multishot>, _ descriptor: Int32) -> Bool {
      let connection = loop.pointee.connections + Int(descriptor)
      let hasNone = connection.pointee.first == ReceivedBuffer.none
      connection.pointee.receiving = hasNone ? .hungry : .greedy
      loop.pointee.starved[loop.pointee.starvedCount] = descriptor
      loop.pointee.starvedCount &+= 1
      let wanting =
        loop.pointee.flyingCount &+ loop.pointee.readyCount &+ loop.pointee.starvedCount
      return 2 &* wanting <= Int(loop.pointee.offer.count)
    }

    /// Has all that starved receive again once there are buffers: first those that had none.
    /// - Parameter gaveBack: sends are over, and their buffers back.
    // Measured, calls only: receiveAgain
    @inline(never)
    static func feed(_ loop: UnsafeMutablePointer<Multishot>, gaveBack: Bool) {
      // Where nothing was sent and nothing is to be, nobody has a buffer.
      guard gaveBack || loop.pointee.readyCount == 0 || loop.pointee.isStopping else {
        // Nobody tells that they are back.
        loop.pointee.awaited = 0
        return
      }
      receiveAgain(loop, .hungry)
      receiveAgain(loop, .greedy)
      loop.pointee.starvedCount = 0
    }

    // Measured, calls only: io_uring_submit ringFailed endIfDone
    @inline(never)
    private static func receiveAgain(
      _ loop: UnsafeMutablePointer<Multishot>, _ kind: MultishotConnection.Receiving
    ) {
      for index in 0..<loop.pointee.starvedCount {
        let descriptor = loop.pointee.starved[index]
        let connection = loop.pointee.connections + Int(descriptor)
        guard connection.pointee.receiving == kind else { continue }
        connection.pointee.receiving = .nothing
        if loop.pointee.isStopping { connection.pointee.hasEnded = true }
        if connection.pointee.hasEnded {
          endIfDone(loop, descriptor)
        } else if connection.pointee.sending != .patiently {
          // Else it goes on once the rest is written.
          loop.pointee.receive(descriptor)
        }
      }
    }
  }
#endif
