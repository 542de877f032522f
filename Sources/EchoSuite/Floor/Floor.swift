public import EchoIO

/// What this machine takes at least for what every server does, in CPU time: a system call, a message
/// received and sent, a wake-up. Measured by ``FloorRun``, and stored with the machine.
///
/// Each figure is the median of repetitions. Not their minimum, which would be nearer to what the
/// hardware can do: what stands beside it are means over rounds, which have met the machine's slow
/// moments, too, and have to be divided by what is as common.
public struct Floor: Codable, Equatable, Sendable {
  /// Of each figure.
  public var repetitions: Int
  /// The cheapest there is, getppid(2): into the kernel and back.
  public var systemCall: Cost
  /// A receive from a socket that has nothing.
  public var emptyReceive: Cost
  /// Ascending by size; at least two.
  public var messages: [Message]
  /// What a message's share grows by for each KiB of it, from the smallest to 64 KiB: in through the
  /// socket and out again, two copies.
  public var perKiB: Cost
  public var wakeUpSameCPU: WakeUp?
  public var wakeUpOtherCPU: WakeUp?
  /// Why there is no figure, in words.
  public var unavailable: [Figure: String] = [:]

  /// Nanoseconds of CPU time.
  public struct Cost: Codable, Equatable, Sendable {
    /// The median.
    public var nanoseconds: Double
    /// A quarter of the repetitions took less than the first, a quarter more than the second.
    public var quartiles: [Double]

    enum CodingKeys: String, CodingKey {
      case nanoseconds = "ns"
      case quartiles = "quartiles_ns"
    }
  }

  /// The server's half of a round trip over loopback TCP in one thread, which nobody has to wake: to
  /// receive a message of this size once, and to send it once.
  public struct Message: Codable, Equatable, Sendable {
    public var size: ByteCount
    public var share: Cost

    enum CodingKeys: String, CodingKey {
      case share
      case size = "size_bytes"
    }
  }

  /// To wake a thread that sleeps and to fall asleep in turn, without the calls that it takes.
  public struct WakeUp: Codable, Equatable, Sendable {
    /// Of the two threads.
    public var cpus: [Int]
    /// Of both sides together.
    public var cost: Cost
    /// Time that passes from before the writing call until the other thread has read; not CPU time.
    public var delay: Cost
  }

  /// What can be missing on its own.
  public enum Figure: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    case wakeUpSameCPU = "wake_up_same_cpu"
    case wakeUpOtherCPU = "wake_up_other_cpu"
  }

  enum CodingKeys: String, CodingKey {
    case repetitions, messages, unavailable
    case systemCall = "system_call"
    case emptyReceive = "empty_receive"
    case perKiB = "per_kib"
    case wakeUpSameCPU = "wake_up_same_cpu"
    case wakeUpOtherCPU = "wake_up_other_cpu"
  }
}

extension Floor {
  /// What a message of a size costs any server here at least, in nanoseconds: between the sizes that
  /// were measured on the line between their neighbours, and beyond the largest on the last of these
  /// lines.
  func share(of size: ByteCount) -> Double {
    let above = messages.dropFirst().firstIndex { $0.size.bytes >= size.bytes }
    let end = above ?? messages.count - 1
    let (one, two) = (messages[end - 1], messages[end])
    let slope =
      (two.share.nanoseconds - one.share.nanoseconds) / Double(two.size.bytes - one.size.bytes)
    return one.share.nanoseconds + slope * Double(size.bytes - one.size.bytes)
  }

  /// What the smallest message costs: a receive and a send that carry next to nothing.
  var smallestShare: Double { messages[0].share.nanoseconds }

  /// The cheaper of the two: who ran where is nobody's record.
  var wakeUp: Double? {
    [wakeUpSameCPU, wakeUpOtherCPU].compactMap { $0?.cost.nanoseconds }.min()
  }

  /// The first figure that no machine has; nil when there is none.
  var problem: String? {
    guard repetitions >= 1 else { return "'floor.repetitions' must be at least 1" }
    guard messages.count >= 2,
      zip(messages, messages.dropFirst()).allSatisfy({ $0.size.bytes < $1.size.bytes })
    else { return "'floor.messages' must be two sizes at least, ascending" }
    let wakeUps = [wakeUpSameCPU, wakeUpOtherCPU].compactMap { $0 }
    let costs =
      [systemCall, emptyReceive, perKiB] + messages.map(\.share)
      + wakeUps.flatMap { [$0.cost, $0.delay] }
    guard costs.allSatisfy({ $0.nanoseconds > 0 && $0.quartiles.count == 2 }) else {
      return "a cost of 'floor' must be above 0, with two quartiles"
    }
    return unavailable.values.contains { $0.hasControlCharacters }
      ? "a text in 'floor' has control characters" : nil
  }
}
