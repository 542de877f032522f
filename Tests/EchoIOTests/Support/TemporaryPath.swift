import Glibc

@testable import EchoIO

/// A unix socket's address in a folder of its own, which goes with `body`.
func withUnixAddress<Result>(_ body: (Address) throws -> Result) throws -> Result {
  var template = Array("/tmp/echobench-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw SystemError.last("mkdtemp") }
  let folder = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
  defer { rmdir(folder) }
  let path = "\(folder)/echo.sock"
  defer { unlink(path) }
  return try body(.unix(path: path))
}
