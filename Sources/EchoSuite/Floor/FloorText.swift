internal import EchoIO

/// A machine's floor for people.
public struct FloorText: CustomStringConvertible {
  private let machine: Machine
  private let floor: Floor

  public init(_ floor: Floor, of machine: Machine) {
    self.machine = machine
    self.floor = floor
  }

  public var description: String {
    let rows = [("machine", machine.line), ("figures", figures)] + calls + messages + wakeUps
    let width = (rows.map { $0.0.count }.max() ?? 0) + 2
    return rows.map { "\($0.padded(to: width))\($1)\n" }.joined()
  }

  private var figures: String {
    "CPU time: the median of \(plural(floor.repetitions, "repetition")), and the middle half of them"
  }

  private typealias Row = (String, String)

  private var calls: [Row] {
    [
      ("system call", "\(floor.systemCall)"),
      ("receive of nothing", "\(floor.emptyReceive)"),
    ]
  }

  private var messages: [Row] {
    floor.messages.map {
      ("message of \($0.size)", "\($0.share) to receive it and send it, over loopback TCP")
    } + [("each KiB of it", "\(floor.perKiB) from 1 B to 64 KiB: copied in and out of a socket")]
  }

  private var wakeUps: [Row] {
    [
      ("wake-up, same CPU", wakeUp(floor.wakeUpSameCPU, .wakeUpSameCPU)),
      ("wake-up, other CPU", wakeUp(floor.wakeUpOtherCPU, .wakeUpOtherCPU)),
    ]
  }

  private func wakeUp(_ wakeUp: Floor.WakeUp?, _ figure: Floor.Figure) -> String {
    guard let wakeUp else { return "unavailable: \(floor.unavailable[figure] ?? "not measured")" }
    return "\(wakeUp.cost); \(fixed(wakeUp.delay.nanoseconds / 1000, 1)) µs pass until it has read"
  }
}

extension Floor.Cost: CustomStringConvertible {
  /// `2.41 µs (2.38–2.50)`, with as many decimals as there is anything to see.
  public var description: String {
    let digits = nanoseconds < 1000 ? 3 : 2
    let range = quartiles.map { fixed($0 / 1000, digits) }.joined(separator: "–")
    return "\(fixed(nanoseconds / 1000, digits)) µs (\(range))"
  }
}
