import EchoIO
import Foundation

/// A terminal of 80 columns, of which a test sees what is written to it (pty(7)).
final class PseudoTerminal {
  /// What a program opens to write to it.
  let name: String
  private let descriptor: Int32

  init() throws {
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    var (locked, number) = (Int32(0), UInt32(0))
    guard descriptor >= 0, ioctl(descriptor, Self.setLock, &locked) == 0,
      ioctl(descriptor, Self.getNumber, &number) == 0
    else { throw SystemError("open /dev/ptmx", errno: errno) }
    name = "/dev/pts/\(number)"
  }

  // TIOCSPTLCK and TIOCGPTN of ioctl_tty(2), macros that Swift does not see.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430

  deinit {
    close(descriptor)
  }

  /// What has been written so far.
  func read() -> String {
    var (text, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
    while case let count = Foundation.read(descriptor, &buffer, buffer.count), count > 0 {
      text += buffer[..<count]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
