internal import Glibc

#if Liburing
  internal import CLiburing

  /// A connection of ``IOUringBackend``: what was received and not written yet, and what is under way.
  ///
  /// What it has in buffers of the loop is a list in the order of arrival. They are its own for one
  /// wake-up: written then, or copied into pieces of memory when the socket does not take them.
  struct MultishotConnection: BitwiseCopyable {
    var first = ReceivedBuffer.none
    var last = ReceivedBuffer.none
    /// The last one that the send under way has in it.
    var lastSent = ReceivedBuffer.none
    var sending = Sending.nothing
    var receiving = Receiving.nothing
    /// Nothing more is received: the stream has ended, the peer is gone, or the server stops.
    var hasEnded = false
    /// It is in the list of those that have something new to send.
    var isReady = false
    /// What the socket did not take, the piece that is being sent first.
    var rest: UnsafeMutablePointer<Piece>?
    var lastPiece: UnsafeMutablePointer<Piece>?

    enum Receiving: UInt8 {
      case nothing
      case underWay
      /// It found no buffer, and has none: it is in the list of the starved, as is the next.
      case hungry
      /// It found no other buffer than those that it has.
      case greedy
    }

    /// One send at a time, so that replies keep their order.
    enum Sending: UInt8 {
      case nothing
      /// The list of buffers, as one: over when it has been submitted, and told only if it failed.
      case quietly
      /// The first piece of ``rest``: over when it is told.
      case patiently
    }

    /// A part of a reply, kept apart from the buffers of the loop; its bytes follow.
    struct Piece: BitwiseCopyable {
      var count: Int
      var sent = 0
      var next: UnsafeMutablePointer<Piece>?
    }

    @inline(__always)
    mutating func append(_ number: UInt16, _ buffers: UnsafeMutablePointer<ReceivedBuffer>) {
      buffers[Int(number)].next = ReceivedBuffer.none
      if first == ReceivedBuffer.none {
        first = number
      } else {
        buffers[Int(last)].next = number
      }
      last = number
    }

    /// Takes the first buffer off the list.
    @inline(__always)
    mutating func removeFirst(_ buffers: UnsafeMutablePointer<ReceivedBuffer>) -> UInt16 {
      let number = first
      first = buffers[Int(number)].next
      return number
    }
  }

  extension UnsafeMutablePointer<MultishotConnection.Piece> {
    @inline(__always)
    var bytes: UnsafeMutableRawPointer { UnsafeMutableRawPointer(self + 1) }
  }

  /// A loop of ``IOUringBackend`` as its measured functions see it.
  struct Multishot {
    let ring: RingView
    let counters: UnsafeMutablePointer<ServerCounters>
    var offer: BufferOffer
    /// By descriptor.
    var connections: UnsafeMutablePointer<MultishotConnection>
    /// Connections that have something new to send; each once.
    var ready: UnsafeMutablePointer<Int32>
    var readyCount = 0
    /// Connections whose quiet send was submitted last; each once.
    var flying: UnsafeMutablePointer<Int32>
    var flyingCount = 0
    /// Connections whose receive found no buffer, in the order of that; each once.
    var starved: UnsafeMutablePointer<Int32>
    var starvedCount = 0
    /// For replies of several buffers: as many as there are buffers, and as there can be such replies.
    let vectors: UnsafeMutablePointer<iovec>
    let messages: UnsafeMutablePointer<msghdr>

    /// Requests that complete, now or later: all but quiet sends.
    var underWay = 0
    /// Completions of the last call that are still to be seen to.
    var told: UInt32 = 0
    /// Completions to wait for: none where something is to be done next that nobody tells.
    var awaited: UInt32 = 1
    /// All that was to be told of the last submission has been told: silence is success.
    var allTold = true
    var isStopping = false
    /// Receives stay. Not on unix sockets, where one that stays may miss the end of the stream
    /// (axboe/liburing#1549; seen with Linux 6.18).
    var receivesStay = true

    @inline(__always)
    mutating func receive(_ descriptor: Int32) {
      connections[Int(descriptor)].receiving = .underWay
      underWay &+= 1
      cliburing_receive_next(
        ring.nextEntry, descriptor, receivesStay, RingRequest.receive.data(descriptor))
    }

    /// Sends the first piece of the rest.
    @inline(__always)
    mutating func sendPatiently(_ descriptor: Int32) {
      let piece = connections[Int(descriptor)].rest!
      let (bytes, count) = (piece.bytes + piece.pointee.sent, piece.pointee.count)
      underWay &+= 1
      counters.pointee.writeCalls.countOne()
      cliburing_send(
        ring.nextEntry, descriptor, bytes, UInt32(min(count &- piece.pointee.sent, mostAtOnce)),
        Int32(MSG_NOSIGNAL | MSG_WAITALL), RingRequest.send.data(descriptor))
    }
  }
#endif
