/// What a message costs a server: counts, from a trial of their own that is not timed.
///
/// All figures are per message and of the whole tree of the server's processes. What starting,
/// connecting and stopping cost is not in them. One that this machine does not give is nil, and
/// ``unavailable`` has the reason.
public struct Anatomy: Codable, Equatable, Sendable {
  /// System calls by name, those that failed and those that waited among them. An `io_uring_enter` is
  /// one, whatever it submits.
  public var calls: [String: Double]?
  /// Those of ``calls`` that read and write bytes; nil where there is none, as with io_uring and
  /// splice(2).
  public var reads: Transfers?
  public var writes: Transfers?
  /// The threads of the server waited, and were woken.
  public var voluntarySwitches: Double?
  /// They were taken off a CPU.
  public var involuntarySwitches: Double?
  /// They came back on another CPU.
  public var migrations: Double?
  /// Pages that were mapped without reading a disk.
  public var minorFaults: Double?
  /// Instructions in user space, the libraries' included.
  public var instructions: Double?
  /// Why there is no figure, in words.
  public var unavailable: [Figure: String] = [:]

  /// Calls that move bytes: how many of them there were, and what they moved.
  public struct Transfers: Codable, Equatable, Sendable {
    /// Per message.
    public var calls: Double
    /// Per message.
    public var bytes: Double
    /// Those of the calls that moved eight bytes, per message: the counter of an eventfd(2) or a
    /// timerfd(2), by which threads wake each other. 0 where messages may be as small as that.
    public var eights: Double

    public init(calls: Double, bytes: Double, eights: Double = 0) {
      self.calls = calls
      self.bytes = bytes
      self.eights = eights
    }

    /// Of the calls for anything but such a counter; those that gave nothing are among them. Nil when
    /// there were none.
    public var bytesPerCall: Double? {
      let others = calls - eights
      return others >= Anatomy.negligible ? (bytes - 8 * eights) / others : nil
    }

    enum CodingKeys: String, CodingKey {
      case calls, bytes
      case eights = "of_eight_bytes"
    }
  }

  /// What can be missing on its own.
  public enum Figure: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    case calls, switches, migrations, faults, instructions
  }

  enum CodingKeys: String, CodingKey {
    case calls, reads, writes, migrations, instructions, unavailable
    case voluntarySwitches = "voluntary_switches"
    case involuntarySwitches = "involuntary_switches"
    case minorFaults = "minor_faults"
  }

  public init() {}

  /// All system calls; nil when they are not known.
  public var callsPerMessage: Double? {
    // In one order, so that the last digit is the same each time.
    calls.map { $0.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value } }
  }
}
