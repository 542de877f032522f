public import EchoIO

extension Floor {
  /// What is longer tells no more.
  public static let usualTime = TimeSpan.seconds(1)

  /// Measures it on this machine.
  /// - Parameter time: about what it may take, if that is more than a tenth of a second.
  /// - Returns: nil when `stop` fired first.
  public static func measure(
    within time: TimeSpan = usualTime, until stop: StopSignal? = nil
  ) throws(FloorFailure) -> Floor? {
    let readings: FloorReadings?
    do throws(SystemError) {
      readings = try FloorRun.readings(within: time, until: stop)
    } catch {
      throw FloorFailure(reason: "\(error)")
    }
    guard let readings else { return nil }
    guard let floor = Floor(readings) else {
      throw FloorFailure(
        reason: "the CPU clock does not move, or the machine is too busy. Try again.")
    }
    return floor
  }
}

/// There is no floor: why, and what to try, as sentences.
public struct FloorFailure: Error, CustomStringConvertible {
  let reason: String

  public var description: String {
    "what this machine takes at least cannot be measured: \(reason)"
  }
}

extension Plan {
  /// What the floor may take of a suite with so much left to do: a fiftieth, so that what is soon over
  /// soon begins, and a second at most.
  public func floorTime(beside measuring: TimeSpan) -> TimeSpan {
    min(Floor.usualTime, TimeSpan(nanoseconds: measuring.nanoseconds / 50))
  }
}
