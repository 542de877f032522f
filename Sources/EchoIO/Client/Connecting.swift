internal import Glibc

/// Connects everything, in memory that the caller owns: the active connections, and behind them the
/// idle ones, which are made first. The name is looked up once.
func connectAll(
  _ workload: Workload, until stop: StopSignal
) throws(SystemError) -> UnsafeMutableBufferPointer<ClientConnection> {
  let count = workload.load.allConnections
  let slots = StartSlots(depth: workload.load.depth)
  let connector = Connector(
    count, to: try ResolvedAddress(workload.address), timeout: workload.timeout,
    sockets: workload.load.sockets, until: stop)
  let connections = try memory(for: count, of: ClientConnection.self)
  let starts: UnsafeMutablePointer<UInt64>
  let descriptors: [Int32]
  do throws(SystemError) {
    starts = try memory(for: count * slots.count, of: UInt64.self).baseAddress!
    do throws(SystemError) {
      descriptors = try connected(by: connector)
    } catch {
      free(starts)
      throw error
    }
  } catch {
    free(connections.baseAddress)
    throw error
  }
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

/// The descriptors of all connections, which are the caller's.
private func connected(by connector: Connector) throws(SystemError) -> [Int32] {
  let descriptors = try connector.connect()
  do throws(SystemError) {
    for descriptor in descriptors {
      try SystemError.check("setsockopt", keepUrgentDataInLine(descriptor))
    }
  } catch {
    for descriptor in descriptors { close(descriptor) }
    throw error
  }
  return descriptors
}

/// Urgent data would be kept apart from the stream (tcp(7)): it is a surplus like any other. A protocol that
/// has no such data needs no option for it, and may refuse this one, as MPTCP does.
/// - Returns: 0, or why that cannot be.
func keepUrgentDataInLine(_ descriptor: Int32) -> Int32 {
  let error = setOption(descriptor, SOL_SOCKET, SO_OOBINLINE)
  return error == EOPNOTSUPP || error == ENOPROTOOPT ? 0 : error
}

/// Closes every connection, and frees the memory.
func disconnect(_ connections: UnsafeMutableBufferPointer<ClientConnection>) {
  for connection in connections { close(connection.descriptor) }
  free(connections.first?.starts)
  free(connections.baseAddress)
}

/// Memory for so many values, to be given back with free(3).
private func memory<Value>(
  for count: Int, of type: Value.Type
) throws(SystemError) -> UnsafeMutableBufferPointer<Value> {
  let memory = try allocateBuffer(
    count * MemoryLayout<Value>.stride, remedy: "Ask for fewer connections, or for less in flight.")
  return UnsafeMutableBufferPointer(
    start: memory.bindMemory(to: Value.self, capacity: count), count: count)
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
