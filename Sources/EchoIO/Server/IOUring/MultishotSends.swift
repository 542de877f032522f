internal import Glibc

#if Liburing
  internal import CLiburing

  // The replies of ``IOUringBackend``: those that go out with the wait, those that a socket did not take,
  // and the end of a connection.

  /// How a quiet send is sent.
  private var quietly: Int32 { Int32(MSG_NOSIGNAL | MSG_DONTWAIT | MSG_WAITALL) }

  extension IOUringBackend {
    /// Gives back the buffers of the quiet sends that were submitted last. Those that failed are
    /// something else by now.
    // Measured, calls only: endIfDone
    @inline(never)
    static func settle(_ loop: UnsafeMutablePointer<Multishot>) {
      let buffers = loop.pointee.offer.buffers
      var written: UInt64 = 0
      for index in 0..<loop.pointee.flyingCount {
        let descriptor = loop.pointee.flying[index]
        let connection = loop.pointee.connections + Int(descriptor)
        guard connection.pointee.sending == .quietly else { continue }
        connection.pointee.sending = .nothing
        let last = connection.pointee.lastSent
        while true {
          let number = connection.pointee.removeFirst(buffers)
          written &+= UInt64(buffers[Int(number)].count)
          loop.pointee.offer.giveBack(number)
          if number == last { break }
        }
        if connection.pointee.hasEnded { endIfDone(loop, descriptor) }
      }
      loop.pointee.counters.pointee.bytesOut &+= written
      loop.pointee.flyingCount = 0
    }

    /// Prepares a quiet send for each connection that has something new, of all that it has.
    // Measured, calls only: endIfDone sendPieces io_uring_submit ringFailed
    @inline(never)
    static func flush(_ loop: UnsafeMutablePointer<Multishot>) {
      var usedVectors = 0
      var usedMessages = 0
      for index in 0..<loop.pointee.readyCount {
        let descriptor = loop.pointee.ready[index]
        let connection = loop.pointee.connections + Int(descriptor)
        guard connection.pointee.isReady else { continue }
        connection.pointee.isReady = false
        guard connection.pointee.sending == .nothing else { continue }
        guard connection.pointee.first != ReceivedBuffer.none else {
          endIfDone(loop, descriptor)
          continue
        }
        if connection.pointee.first == connection.pointee.last {
          let buffer = loop.pointee.offer.buffers + Int(connection.pointee.first)
          cliburing_send_quietly(
            loop.pointee.ring.nextEntry, descriptor, buffer.pointee.bytes,
            buffer.pointee.count, quietly, RingRequest.send.data(descriptor))
        } else {
          usedVectors &+= sendPieces(
            loop, descriptor, loop.pointee.vectors + usedVectors,
            loop.pointee.messages + usedMessages)
          usedMessages &+= 1
        }
        loop.pointee.counters.pointee.writeCalls.countOne()
        connection.pointee.sending = .quietly
        connection.pointee.lastSent = connection.pointee.last
        loop.pointee.flying[loop.pointee.flyingCount] = descriptor
        loop.pointee.flyingCount &+= 1
        // It ends when this is over, which nobody tells.
        if connection.pointee.hasEnded { loop.pointee.awaited = 0 }
      }
      loop.pointee.readyCount = 0
    }

    /// Prepares a quiet send of several buffers.
    /// - Returns: how many.
    // Measured, calls only: io_uring_submit ringFailed
    @inline(never)
    private static func sendPieces(
      _ loop: UnsafeMutablePointer<Multishot>, _ descriptor: Int32,
      _ vectors: UnsafeMutablePointer<iovec>, _ message: UnsafeMutablePointer<msghdr>
    ) -> Int {
      var count = 0
      var number = loop.pointee.connections[Int(descriptor)].first
      while number != ReceivedBuffer.none {
        let buffer = loop.pointee.offer.buffers + Int(number)
        vectors[count] = iovec(
          iov_base: buffer.pointee.bytes, iov_len: Int(buffer.pointee.count))
        count &+= 1
        number = buffer.pointee.next
      }
      message.pointee = msghdr()
      message.pointee.msg_iov = vectors
      message.pointee.msg_iovlen = count
      cliburing_send_pieces_quietly(
        loop.pointee.ring.nextEntry, descriptor, message, quietly,
        RingRequest.send.data(descriptor))
      return count
    }

    // MARK: - What a socket does not take

    /// A quiet send that is not whole: the socket is full, or the peer is gone.
    // Measured, calls only: io_uring_submit ringFailed abandon malloc memcpy
    @inline(never)
    static func seeToFailedSend(
      _ loop: UnsafeMutablePointer<Multishot>, _ descriptor: Int32, _ result: Int
    ) {
      let connection = loop.pointee.connections + Int(descriptor)
      connection.pointee.sending = .nothing
      let sent = max(0, result)
      loop.pointee.counters.pointee.bytesOut &+= UInt64(sent)
      guard result >= 0 || result == -Int(EAGAIN), !loop.pointee.isStopping,
        let piece = takeRest(loop, connection, sent)
      else {
        abandon(loop, descriptor)
        return
      }
      connection.pointee.sending = .patiently
      connection.pointee.rest = piece
      connection.pointee.lastPiece = piece
      loop.pointee.sendPatiently(descriptor)
      if connection.pointee.receiving == .underWay {
        cliburing_cancel(
          loop.pointee.ring.nextEntry, RingRequest.receive.data(descriptor),
          RingRequest.cancellation.data(descriptor))
      }
    }

    /// Copies all that a connection has in buffers, but what was sent of it, and gives them back.
    /// - Returns: nil when there is no memory for that; the buffers are still its own.
    @inline(__always)
    private static func takeRest(
      _ loop: UnsafeMutablePointer<Multishot>,
      _ connection: UnsafeMutablePointer<MultishotConnection>, _ sent: Int
    ) -> UnsafeMutablePointer<MultishotConnection.Piece>? {
      let buffers = loop.pointee.offer.buffers
      var total = 0
      var number = connection.pointee.first
      while number != ReceivedBuffer.none {
        total &+= Int(buffers[Int(number)].count)
        number = buffers[Int(number)].next
      }
      guard let piece = newPiece(total &- sent) else { return nil }
      var skipped = sent
      var copied = 0
      while connection.pointee.first != ReceivedBuffer.none {
        let number = connection.pointee.removeFirst(buffers)
        let (bytes, count) = (buffers[Int(number)].bytes, Int(buffers[Int(number)].count))
        let skipping = min(skipped, count)
        memcpy(piece.bytes + copied, bytes + skipping, count &- skipping)
        skipped &-= skipping
        copied &+= count &- skipping
        loop.pointee.offer.giveBack(number)
      }
      return piece
    }

    @inline(__always)
    private static func newPiece(_ count: Int) -> UnsafeMutablePointer<MultishotConnection.Piece>? {
      guard let memory = malloc(MemoryLayout<MultishotConnection.Piece>.stride + count) else {
        return nil
      }
      let piece = memory.bindMemory(to: MultishotConnection.Piece.self, capacity: 1)
      piece.initialize(to: MultishotConnection.Piece(count: count))
      return piece
    }

    /// Something was received while the socket is full, or after the connection has ended.
    // Measured, calls only: malloc memcpy shutdown
    @inline(never)
    static func keep(
      _ loop: UnsafeMutablePointer<Multishot>, _ descriptor: Int32, _ number: UInt16
    ) {
      let connection = loop.pointee.connections + Int(descriptor)
      let buffer = loop.pointee.offer.buffers[Int(number)]
      defer { loop.pointee.offer.giveBack(number) }
      guard !connection.pointee.hasEnded else { return }
      guard let piece = newPiece(Int(buffer.count)) else {
        shutdown(descriptor, Int32(SHUT_RDWR))
        return
      }
      memcpy(piece.bytes, buffer.bytes, Int(buffer.count))
      connection.pointee.lastPiece!.pointee.next = piece
      connection.pointee.lastPiece = piece
    }

    /// A piece of the rest has been written, or cannot be.
    // Measured, calls only: io_uring_submit ringFailed abandon endIfDone free
    @inline(never)
    static func seeToPatientSend(
      _ loop: UnsafeMutablePointer<Multishot>, _ descriptor: Int32, _ result: Int
    ) {
      let connection = loop.pointee.connections + Int(descriptor)
      let piece = connection.pointee.rest!
      loop.pointee.underWay &-= 1
      if result > 0 {
        loop.pointee.counters.pointee.bytesOut &+= UInt64(result)
        piece.pointee.sent &+= result
      }
      guard result > 0, !loop.pointee.isStopping else {
        abandon(loop, descriptor)
        return
      }
      if piece.pointee.sent == piece.pointee.count {
        connection.pointee.rest = piece.pointee.next
        free(piece)
      }
      if connection.pointee.rest != nil {
        loop.pointee.sendPatiently(descriptor)
        return
      }
      connection.pointee.sending = .nothing
      if connection.pointee.hasEnded {
        endIfDone(loop, descriptor)
      } else if connection.pointee.receiving == .nothing {
        loop.pointee.receive(descriptor)
      }
    }

    // MARK: - The end

    /// A receive that was to stay has ended.
    /// - Returns: false when that was for want of a buffer, and more of them would help.
    // Measured, calls only: io_uring_submit ringFailed endIfDone starve
    @inline(never)
    static func seeToEndOfReceive(
      _ loop: UnsafeMutablePointer<Multishot>, _ descriptor: Int32, _ result: Int32
    ) -> Bool {
      let connection = loop.pointee.connections + Int(descriptor)
      connection.pointee.receiving = .nothing
      loop.pointee.underWay &-= 1
      let goesOn = result > 0 || result == -ENOBUFS || result == -ECANCELED
      if !goesOn || loop.pointee.isStopping { connection.pointee.hasEnded = true }
      if connection.pointee.hasEnded {
        endIfDone(loop, descriptor)
        return true
      }
      // Until the rest is written nothing more is received.
      guard connection.pointee.sending != .patiently else { return true }
      guard result == -ENOBUFS else {
        loop.pointee.receive(descriptor)
        return true
      }
      return starve(loop, descriptor)
    }

    /// The peer is gone, or the server stops: drops what is left. A receive that is under way finds the
    /// end of the stream.
    // Measured, calls only: free shutdown endIfDone
    @inline(never)
    private static func abandon(_ loop: UnsafeMutablePointer<Multishot>, _ descriptor: Int32) {
      let connection = loop.pointee.connections + Int(descriptor)
      connection.pointee.sending = .nothing
      connection.pointee.hasEnded = true
      while connection.pointee.first != ReceivedBuffer.none {
        loop.pointee.offer.giveBack(connection.pointee.removeFirst(loop.pointee.offer.buffers))
      }
      while let piece = connection.pointee.rest {
        connection.pointee.rest = piece.pointee.next
        free(piece)
      }
      if connection.pointee.receiving == .underWay { shutdown(descriptor, Int32(SHUT_RDWR)) }
      endIfDone(loop, descriptor)
    }

    /// Closes a connection that has ended, unless something is under way on it or still to be written.
    // Measured, calls only: close
    @inline(never)
    static func endIfDone(
      _ loop: UnsafeMutablePointer<Multishot>, _ descriptor: Int32
    ) {
      let connection = loop.pointee.connections + Int(descriptor)
      guard connection.pointee.hasEnded, connection.pointee.receiving == .nothing,
        !connection.pointee.isReady, connection.pointee.sending == .nothing,
        connection.pointee.first == ReceivedBuffer.none
      else { return }
      connection.pointee.hasEnded = false
      close(descriptor)
    }
  }
#endif
