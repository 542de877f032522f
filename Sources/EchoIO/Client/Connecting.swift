internal import Glibc

/// Connects everything, one after the other, in memory that the caller owns. The name is looked up
/// once.
func connectAll(
  _ workload: Workload, until stop: StopSignal
) throws(SystemError) -> UnsafeMutableBufferPointer<ClientConnection> {
  var target = try ResolvedAddress(workload.address)
  let connections = UnsafeMutableBufferPointer<ClientConnection>.allocate(
    capacity: workload.connections)
  for index in connections.indices {
    do throws(SystemError) {
      guard !stop.isFired else { throw SystemError("connect \(workload.address)", errno: EINTR) }
      let socket = try Socket.connected(to: &target, timeout: workload.timeout, until: stop)
      connections.initializeElement(
        at: index, to: ClientConnection(socket.release(), index: index))
    } catch {
      disconnect(connections, count: index)
      throw error
    }
  }
  return connections
}

/// Closes the first `count` connections, and frees the memory of all.
func disconnect(_ connections: UnsafeMutableBufferPointer<ClientConnection>, count: Int) {
  for connection in connections.prefix(count) { close(connection.descriptor) }
  connections.deallocate()
}
