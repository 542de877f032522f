import Glibc
import Testing

@testable import EchoIO

struct AddressTests {
  @Test(arguments: [
    ("127.0.0.1:25000", Address.internet(host: "127.0.0.1", port: 25000)),
    ("localhost:0", .internet(host: "localhost", port: 0)),
    ("[::1]:65535", .internet(host: "::1", port: 65535)),
    ("[fe80::1%eth0]:80", .internet(host: "fe80::1%eth0", port: 80)),
    ("unix:/tmp/echo.sock", .unix(path: "/tmp/echo.sock")),
    ("file:/tmp/echo.sock", .unix(path: "/tmp/echo.sock")),
    ("unix:/tmp/a:80", .unix(path: "/tmp/a:80")),
  ])
  func `every form of an address is read`(text: String, address: Address) throws {
    #expect(try Address(parsing: text) == address)
  }

  @Test(arguments: [
    "127.0.0.1:25000", "localhost:80", "[::1]:25000", "unix:/tmp/echo.sock",
  ])
  func `an address is written as it is read`(text: String) throws {
    #expect(try Address(parsing: text).description == text)
  }

  @Test func `the standard address is that of the contract`() {
    #expect(Address.standard.description == "127.0.0.1:25000")
  }

  @Test(arguments: [
    "", "localhost", "localhost:", "localhost:http", "localhost:65536", "localhost:-1", "[::1]",
    "/tmp/echo.sock", "tcp://h", "tcp://:80", "tcp:h:80", "a:b:80", "[::1:80", "http://h:80/",
  ])
  func `what has no port is refused`(text: String) {
    #expect(
      throws: UnitError(
        "must be host:port, [v6]:port or unix:/path, with a port of 0 to 65535")
    ) {
      try Address(parsing: text)
    }
  }

  @Test(arguments: [
    (":80", "must have a host, as in 127.0.0.1:80"),
    ("[]:80", "must have a host, as in 127.0.0.1:80"),
    ("::1:80", "must have its IPv6 host in brackets, as in [::1]:80"),
    ("fe80::1%eth0:80", "must have its IPv6 host in brackets, as in [fe80::1%eth0]:80"),
    ("tcp://h:80", "must not have 'tcp://' before it, as in h:80"),
    ("tcp://[::1]:80", "must not have 'tcp://' before it, as in [::1]:80"),
    ("unix:", "must have an absolute path, as in unix:/tmp/echo.sock"),
    ("unix:echo.sock", "must have an absolute path, as in unix:/tmp/echo.sock"),
    ("file:echo.sock", "must have an absolute path, as in unix:/tmp/echo.sock"),
  ])
  func `what is wrong with an address is named`(text: String, rule: String) {
    #expect(throws: UnitError(rule)) { try Address(parsing: text) }
  }

  /// Each of them had been tried without what is before it, one inside of the other.
  @Test func `an address of many schemes is refused at once`() {
    #expect(throws: UnitError.self) {
      try Address(parsing: String(repeating: "a://", count: 50_000) + "h:80")
    }
  }

  @Test func `a path is as long as the kernel takes`() throws {
    let longest = "/" + String(repeating: "x", count: 106)
    #expect(try Address(parsing: "unix:\(longest)") == .unix(path: longest))
    #expect(throws: UnitError("must have a path of at most 107 bytes")) {
      try Address(parsing: "unix:\(longest)x")
    }
    // Bytes, not characters.
    #expect(throws: UnitError.self) {
      try Address(parsing: "unix:/" + String(repeating: "ü", count: 60))
    }
  }

  @Test func `a host that is not known is an error in the resolver's words`() {
    let address = Address.internet(host: "no such host", port: 1)
    let error = #expect(throws: SystemError.self) { _ = try ResolvedAddress(address) }
    #expect(error?.phase == .lookUp)
    #expect(error?.isFailedConnection == false)
    #expect(
      error?.description
        == "look up no such host: Name or service not known. Is the host name right? A numeric"
        + " address such as 127.0.0.1 needs no look-up.")
  }
}
