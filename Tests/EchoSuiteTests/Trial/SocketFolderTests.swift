import EchoIO
import Foundation
import Testing

@testable import EchoSuite

struct SocketFolderTests {
  @Test func `nobody else looks into the folder of a socket, or knows its name before`() throws {
    let folders = [try SocketFolder(), try SocketFolder()]
    defer { for folder in folders { folder.remove() } }
    let paths = try folders.map { folder in
      guard case .unix(let path) = folder.address else { throw POSIXError(.EINVAL) }
      return String(path.dropLast("/echo".count))
    }
    #expect(paths[0] != paths[1])
    for path in paths {
      let status = try FileStatus(path, followingLinks: false)
      #expect(status.permissions == 0o700 && status.owner == geteuid())
    }
  }
}
