internal import Glibc

/// When the blocks of one worker are due in an open loop, and which is the next: a function of their
/// number, so that nothing is kept of those that are late.
///
/// They are dealt to the worker's connections in turn: connection `c` of `n` has the blocks `c`,
/// `n + c`, `2n + c` … . In a closed loop none is ever due.
struct Arrivals {
  /// Whether this is an open loop.
  let isPaced: Bool
  /// When block 0 is due.
  private let origin: UInt64
  /// Between two blocks on the average, in nanoseconds.
  private let interval: Double
  private let pattern: ArrivalPattern?
  let connections: Int
  /// The first block that has not been dealt yet, whose turn it is, and when it is due.
  private var number = 0
  private(set) var turn = 0
  private(set) var next: UInt64

  /// Of a closed loop.
  static var none: Arrivals { Arrivals() }

  private init() {
    isPaced = false
    (origin, interval, connections, pattern) = (0, 0, 1, nil)
    next = .max
  }

  /// - Parameters:
  ///   - origin: when the run begins, on its clock.
  ///   - phase: the part of an interval by which this worker's blocks come later than the first's.
  ///   - pattern: nil for steady arrivals.
  init(
    from origin: UInt64, interval: Double, phase: Double, connections: Int,
    pattern: ArrivalPattern?
  ) {
    isPaced = true
    self.origin = origin + UInt64(interval * phase)
    self.interval = interval
    self.connections = connections
    self.pattern = pattern
    next = 0
    next = due(0)
  }

  /// When block `number` of the worker is due, or in a century, if that is later.
  @inline(__always)
  func due(_ number: Int) -> UInt64 {
    let position = pattern.map { $0.position(of: number) } ?? Double(number)
    return origin &+ UInt64(min(position * interval, Self.longest))
  }

  /// In nanoseconds: far from overflowing any sum of moments.
  private static let longest = 3.2e18

  /// When block `block` of connection `connection` of the worker is due.
  @inline(__always)
  func due(_ block: Int, on connection: Int) -> UInt64 {
    due(block &* connections &+ connection)
  }

  /// The next one has been dealt.
  @inline(__always)
  mutating func advance() {
    number &+= 1
    turn = turn &+ 1 == connections ? 0 : turn &+ 1
    next = due(number)
  }
}

extension Arrivals {
  /// Nothing that is due by a moment is to be dealt any more.
  // Measured, calls only: first
  @inline(never)
  mutating func pass(_ moment: UInt64) {
    number = first(after: moment, from: number, every: 1)
    turn = number % connections
    next = due(number)
  }

  /// The first that is due after a moment, of every so many from `number` on. By halves: there may be
  /// millions.
  // Measured, calls only: nothing
  @inline(never)
  func first(after moment: UInt64, from number: Int, every stride: Int) -> Int {
    guard due(number) <= moment else { return number }
    var step = stride
    while due(number &+ step) <= moment { step &*= 2 }
    var last = number
    while step >= stride {
      if due(last &+ step) <= moment { last &+= step }
      step /= 2
    }
    return last &+ stride
  }
}

/// Arrivals at random, as independent users make them: gaps of an exponential distribution, from a table
/// that is repeated. What is in it is stretched so that the mean rate is kept exactly.
struct ArrivalPattern {
  private let positions: UnsafeMutablePointer<Double>

  /// So many arrivals repeat only after a while, and fit into the second-level cache.
  static let count = 1 << bits
  private static let bits = 14

  init(seed: UInt64) {
    positions = .allocate(capacity: Self.count)
    var state = seed
    var position = 0.0
    for index in 0..<Self.count {
      // Of 53 bits, in (0, 1]: the inverse of the exponential distribution's function.
      let uniform = Double((splitMix64(&state) >> 11) + 1) / Double(1 << 53)
      positions[index] = position
      position -= log(uniform)
    }
    let scale = Double(Self.count) / position
    for index in 0..<Self.count { positions[index] *= scale }
  }

  func deallocate() {
    positions.deallocate()
  }

  /// Where an arrival is, in mean gaps since the first.
  @inline(__always)
  func position(of number: Int) -> Double {
    Double(number & ~(Self.count &- 1)) + positions[number & (Self.count &- 1)]
  }
}
