internal import Glibc

@testable import EchoIO

/// A backend that serves on a thread of its own, until it is told to stop.
struct RunningServer: Sendable {
  static let loopback = Address.internet(host: "127.0.0.1", port: 0)

  /// Where it listens, the port that the kernel chose included.
  let address: Address
  /// The socket that it listens with.
  let listener: Int32
  private let file: SocketFile?
  private let stop: StopSignal
  private let work: BoundedWork<ServerCounters>

  /// - Parameters:
  ///   - threads: nil for as many as the backend has by default.
  ///   - backlog: nil for the longest.
  ///   - prepare: what peers do that come before the server looks.
  init(
    _ backend: BackendUnderTest, on address: Address = loopback, bufferSize: Int = 64 << 10,
    threads: Int? = nil, sockets: SocketOptions = .standard, admission: Admission? = nil,
    backlog: Int32? = nil, after prepare: (Address) throws -> Void = { _ in }
  ) throws {
    ignoreBrokenPipes()
    raiseDescriptorLimit()
    let listener = try Socket.listening(on: address, sockets: sockets)
    self.address = try listener.boundAddress(requested: address)
    if let backlog { listen(listener.descriptor, backlog) }
    file = SocketFile(of: self.address)
    let options = ServerOptions(
      bufferSize: ByteCount(bufferSize), threads: threads ?? backend.type.defaultThreads,
      sockets: sockets, admission: admission)
    try prepare(self.address)
    let descriptor = listener.release()
    self.listener = descriptor
    let stop = try StopSignal()
    self.stop = stop
    work = try BoundedWork("server") {
      try backend.type.serveWithinLimits(
        Socket(owning: descriptor), options: options, until: stop
      ) {}
    }
  }

  /// Stops it. To be called once.
  func finish() throws -> ServerCounters {
    stop.fire()
    defer { file?.remove() }
    return try work.value(within: .seconds(20))
  }
}

/// Lends a running server to `body`, and stops it whatever comes of that.
@discardableResult
func withServer(
  _ backend: BackendUnderTest, on address: Address = RunningServer.loopback,
  bufferSize: Int = 64 << 10, threads: Int? = nil, sockets: SocketOptions = .standard,
  admission: Admission? = nil, _ body: (RunningServer) throws -> Void
) throws -> ServerCounters {
  let server = try RunningServer(
    backend, on: address, bufferSize: bufferSize, threads: threads, sockets: sockets,
    admission: admission)
  do {
    try body(server)
  } catch {
    _ = try? server.finish()
    throw error
  }
  return try server.finish()
}
