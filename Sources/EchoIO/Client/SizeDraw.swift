/// Which size each message of a mix has: a pure function of the seed, the connection and the message's
/// number.
struct SizeDraw {
  private let seed: UInt64
  /// Of a list; nil for a range.
  private let list: UnsafeMutablePointer<Int>?
  /// How many sizes there are, and the smallest of a range.
  private let count: UInt64
  private let low: Int

  /// How many classes figures are told for.
  let classes: Int

  init(_ mix: SizeMix, seed: UInt64) {
    self.seed = seed
    classes = mix.classes.count
    switch mix {
    case .list(let sizes):
      list = .allocate(capacity: sizes.count)
      for (index, size) in sizes.enumerated() { list?[index] = size.bytes }
      (count, low) = (UInt64(sizes.count), 0)
    case .uniform(let range):
      list = nil
      (count, low) = (UInt64(range.count), range.lowerBound)
    }
  }

  func deallocate() {
    list?.deallocate()
  }

  /// Bytes of a message.
  @inline(__always)
  func size(of message: Int, on connection: UInt32) -> Int {
    let number = drawn(message, connection)
    return list.map { $0[number] } ?? low &+ number
  }

  /// Of which class it is.
  @inline(__always)
  func sizeClass(of message: Int, on connection: UInt32) -> Int {
    let number = drawn(message, connection)
    return list == nil ? SizeMix.octave(low &+ number) &- SizeMix.octave(low) : number
  }

  /// One of `count` numbers, all as likely but for less than 2⁻³⁰ (Lemire, "Fast Random Integer Generation
  /// in an Interval", 2019).
  @inline(__always)
  private func drawn(_ message: Int, _ connection: UInt32) -> Int {
    var state = seed ^ UInt64(truncatingIfNeeded: message) ^ UInt64(connection) &<< 40
    return Int(truncatingIfNeeded: splitMix64(&state).multipliedFullWidth(by: count).high)
  }
}
