import FoundationEssentials
import Testing

@testable import EchoIO
@testable import EchoSuite

/// Servers of another language, where there is one.
extension ProcessExecutorTests {
  static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Echoes over one thread for each connection; `answer` says what it makes of what it received.
  static func pythonServer(answer: String) -> String {
    """
    \(python ?? "python3") -c 'if True:
      import socketserver, sys
      class Echo(socketserver.BaseRequestHandler):
        def handle(self):
          while data := self.request.recv(int(sys.argv[2])):
            self.request.sendall(\(answer))
      socketserver.ThreadingTCPServer.daemon_threads = True
      socketserver.ThreadingTCPServer(("{host}", int(sys.argv[1])), Echo).serve_forever()
    ' {port} {buffer_size}
    """
  }

  @Test(.enabled(if: python != nil))
  func `a server of another language is measured like a backend`() async throws {
    let measurement = try await LittleServer.run(
      Server(
        name: "python", kind: .command(line: Self.pythonServer(answer: "data")),
        bufferBytes: 4096))
    let client = try #require(measurement.client, "\(reason(measurement) ?? "")")
    #expect(client.valid, "\(client.invalidReasons)")
    #expect((client.server?.processes ?? 0) >= 1)
    #expect(measurement.server == nil)
  }

  @Test(.enabled(if: python != nil))
  func `a server that answers with its whole buffer is invalid`() async throws {
    let measurement = try await LittleServer.run(
      Server(
        name: "python",
        kind: .command(line: Self.pythonServer(answer: "data.ljust(int(sys.argv[2]))")),
        bufferBytes: 4096))
    let client = try #require(measurement.client, "\(reason(measurement) ?? "")")
    #expect(!client.valid)
    #expect(client.throughput.messagesPerSecond == nil)
    #expect(client.invalidReasons.first?.contains("1000-byte message") == true)
  }
}
