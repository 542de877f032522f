internal import Glibc

/// Connects everything, in memory that the caller owns: the active connections, and behind them the
/// idle ones, which are made first. The name is looked up once.
func connectAll(
  _ workload: Workload, until stop: StopSignal
) throws(SystemError) -> UnsafeMutableBufferPointer<ClientConnection> {
  let connector = Connector(
    workload.load.allConnections, to: try ResolvedAddress(workload.address),
    timeout: workload.timeout, sockets: workload.load.sockets, until: stop)
  let descriptors = try connector.connect()
  let connections = UnsafeMutableBufferPointer<ClientConnection>.allocate(
    capacity: descriptors.count)
  let slots = StartSlots(depth: workload.load.depth)
  let starts = UnsafeMutablePointer<UInt64>.allocate(capacity: descriptors.count * slots.count)
  for (number, descriptor) in descriptors.enumerated() {
    let index = (number + workload.connections) % descriptors.count
    connections.initializeElement(
      at: index,
      to: ClientConnection(
        descriptor, index: index, block: workload.load.messagesPerBlock,
        lifetime: workload.load.blocksPerConnection,
        starts: starts + index * slots.count))
  }
  return connections
}

/// Closes every connection, and frees the memory.
func disconnect(_ connections: UnsafeMutableBufferPointer<ClientConnection>) {
  for connection in connections { close(connection.descriptor) }
  connections.first?.starts.deallocate()
  connections.deallocate()
}

/// Where a connection notes when its blocks in flight were sent: a power of two of them, so that a
/// block's place is some bits of its number.
struct StartSlots {
  let count: Int

  init(depth: Int) {
    count = 1 << (Int.bitWidth - (depth - 1).leadingZeroBitCount)
  }

  var mask: Int { count - 1 }
}
