internal import EchoSuite
internal import Foundation

/// The terminal that a person may be watching.
enum Terminal {
  /// True when a descriptor is one on which a line can be written over.
  static func isAt(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// How wide it is now: 80 columns where it does not know, as a serial line does.
  static func columns(of descriptor: Int32) -> Int {
    var size = winsize()
    let result = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  static func style(of descriptor: Int32) -> TerminalStyle {
    TerminalStyle(
      width: columns(of: descriptor), environment: ProcessInfo.processInfo.environment)
  }
}
