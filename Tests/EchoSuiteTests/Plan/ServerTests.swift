import EchoIO
import Testing

@testable import EchoSuite

struct ServerTests {
  @Test func `placeholders are replaced wherever they stand`() {
    let command = "serve {host}:{port} --listen={address} -b {buffer_size} {port}"
    let expanded = Server.expand(
      command, at: .internet(host: "127.0.0.1", port: 4711), bufferBytes: 4096)
    #expect(expanded == "serve 127.0.0.1:4711 --listen=127.0.0.1:4711 -b 4096 4711")
  }

  @Test func `an address of IPv6 is in brackets, and its host is not`() {
    let expanded = Server.expand(
      "serve {address} {host} {port}", at: .internet(host: "::1", port: 4711), bufferBytes: nil)
    #expect(expanded == "serve [::1]:4711 ::1 4711")
  }

  @Test func `a unix socket has an address, and neither host nor port`() {
    let expanded = Server.expand(
      "serve {address} '{host}' '{port}'", at: .unix(path: "/tmp/a"), bufferBytes: nil)
    #expect(expanded == "serve unix:/tmp/a '' ''")
    let told = Server(name: "told", kind: .command(line: "serve {address}"))
    let untold = Server(name: "untold", kind: .command(line: "serve {port}"))
    let backend = Server(name: "threads", kind: .backend(name: "threads"))
    #expect(told.problem(over: .unix) == nil && backend.problem(over: .unix) == nil)
    #expect(untold.problem(over: .tcp6) == nil)
    #expect(
      untold.problem(over: .unix)
        == "'untold' cannot listen on a unix socket: its command has no {address}, and such a socket"
        + " has no port")
  }

  @Test func `a buffer size that nobody sets is left out`() {
    let expanded = Server.expand("a {buffer_size}b", at: .standard, bufferBytes: nil)
    #expect(expanded == "a b")
  }

  @Test func `other braces are the command's own`() {
    let command = "awk '{print}' ${HOME} {} {Port}"
    #expect(Server.expand(command, at: .standard, bufferBytes: 1) == command)
  }

  @Test(arguments: [
    "serve {address}", "serve {port} {host}", "serve {port} {buffer_size}", "{port} ${X} {} {A}",
  ])
  func `a command that is told where to listen is usable`(command: String) {
    #expect(Server.problem(ofCommand: command) == nil)
  }

  @Test(arguments: ["serve", "serve {host}", "serve {buffer_size}", ""])
  func `a command that is not told where to listen is refused`(command: String) {
    #expect(
      Server.problem(ofCommand: command)
        == "the command must have {address} or {port} in it: it is told where to listen there")
  }

  @Test func `an unknown placeholder is named, with those there are`() {
    #expect(
      Server.problem(ofCommand: "serve {adress} {port}")
        == "there is no placeholder {adress}; there are {address}, {host}, {port}, {buffer_size}."
        + " Braces that stay are written twice: {{adress}}")
  }

  @Test func `the command line names a server before its command`() throws {
    let entry = try Sweep.Entry(nameAndCommand: "mine=./serve --listen={address}")
    #expect(entry.name == "mine")
    #expect(entry.kind == .command(line: "./serve --listen={address}"))
  }

  @Test(arguments: [
    ("mine", "must be a name, '=' and a command"),
    ("=serve {port}", "must be a name, '=' and a command"),
    (
      "mine=serve",
      "is not usable: the command must have {address} or {port} in it: it is told where to listen"
        + " there"
    ),
  ])
  func `a server of the command line without name or place is refused`(
    text: String, rule: String
  ) {
    #expect(throws: UnitError(rule)) { try Sweep.Entry(nameAndCommand: text) }
  }
}
