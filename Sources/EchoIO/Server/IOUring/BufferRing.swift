internal import Glibc

#if Liburing
  internal import CLiburing

  /// The buffers of a loop, which the kernel picks from when something is received
  /// (io_uring_register_buf_ring(3)).
  ///
  /// It takes them in turn, not the one that was given back last: a message's buffer is in a cache
  /// only as long as there are few. So there are few to begin with, and more when connections that
  /// have one at the same time leave none for another.
  final class BufferRing {
    /// What the measured functions see.
    private(set) var offer: BufferOffer
    /// Bytes of a buffer.
    private let size: Int
    let most: Int
    private var slabs: [UnsafeMutableRawPointer] = []

    /// 512 KiB, where a connection may have a message of 64 KiB in small pieces; but not more than 128,
    /// nor so few that two connections at once are too many, as far as 4 MiB allow.
    static func fewest(ofSize size: Int) -> Int {
      max(min((512 << 10) / size, 128), min(max((4 << 20) / size, 2), 8))
    }

    /// At this many, 1000 connections can be told of in one wake-up; or at 64 MiB.
    private static func most(ofSize size: Int) -> Int { min(max((64 << 20) / size, 2), 1024) }

    init(of ring: Ring, size: Int) throws(SystemError) {
      self.size = min(size, mostAtOnce)
      most = Self.most(ofSize: size)
      let entries = UInt32(most).nextPowerOfTwo
      let page = Int(getpagesize())
      let memory = try allocateBuffer(
        Int(entries) * MemoryLayout<io_uring_buf>.stride, alignment: page,
        remedy: "Ask for fewer threads.")
      offer = BufferOffer(
        ring: memory.assumingMemoryBound(to: io_uring_buf_ring.self),
        buffers: .allocate(capacity: most), mask: entries - 1, size: UInt32(self.size))
      memset(memory, 0, Int(entries) * MemoryLayout<io_uring_buf>.stride)
      let result = cliburing_provide(ring.view, memory, entries)
      guard result == 0 else { throw SystemError("io_uring_register_buf_ring", errno: -result) }
      guard add(Self.fewest(ofSize: size)) else {
        throw SystemError(
          "allocate \(ByteCount(size))", errno: ENOMEM, remedy: ServerOptions.fewerBuffers)
      }
    }

    /// Nothing is received any more: what the kernel still knows of it ends with its ring.
    deinit {
      for slab in slabs { free(slab) }
      free(offer.ring)
      offer.buffers.deallocate()
    }

    /// Offers as many again as there are, if it may and there is memory.
    func grow() {
      _ = add(min(Int(offer.count), most - Int(offer.count)))
    }

    private func add(_ count: Int) -> Bool {
      // Begin at different places of a page, or buffers take one another's place in the caches.
      let distance = (size + cacheLine - 1) / cacheLine * cacheLine + 17 * cacheLine
      let (total, isTooMuch) = distance.multipliedReportingOverflow(by: count)
      guard count > 0, !isTooMuch, let slab = try? allocateBuffer(total) else { return false }
      slabs.append(slab)
      for index in 0..<count {
        let number = UInt16(offer.count)
        offer.buffers[Int(number)] = ReceivedBuffer(bytes: slab + index * distance)
        offer.giveBack(number)
        offer.count += 1
      }
      return true
    }
  }

  /// A buffer, and what it has in it while it is a connection's.
  struct ReceivedBuffer: BitwiseCopyable {
    let bytes: UnsafeMutableRawPointer
    var count: UInt32 = 0
    /// The one that was received after it on the same connection.
    var next: UInt16 = Self.none

    /// No buffer's number: there are fewer.
    static var none: UInt16 { .max }
  }

  /// The buffers as the measured functions see them.
  struct BufferOffer {
    let ring: UnsafeMutablePointer<io_uring_buf_ring>
    let buffers: UnsafeMutablePointer<ReceivedBuffer>
    let mask: UInt32
    let size: UInt32
    /// How many there are, in use or not.
    var count: UInt16 = 0

    /// Lets the kernel have a buffer again.
    @inline(__always)
    func giveBack(_ number: UInt16) {
      cliburing_offer(ring, mask, buffers[Int(number)].bytes, size, number)
    }
  }

  extension UInt32 {
    fileprivate var nextPowerOfTwo: UInt32 {
      self <= 1 ? 1 : 1 << UInt32(32 - (self - 1).leadingZeroBitCount)
    }
  }
#endif
