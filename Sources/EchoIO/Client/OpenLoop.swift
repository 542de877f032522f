// The steps of the measured loop that an open loop has beside those of a closed one.

/// Issues what there is room for on a connection, in an open loop as far as it is due by now.
@inline(__always)
func issue(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ turn: Int, by now: UInt64,
  _ arrivals: Arrivals, _ stretch: borrowing Stretch<some RunClock>,
  _ recorders: inout Recorders
) {
  if arrivals.isPaced {
    issueDue(connection, turn, by: now, arrivals, stretch, &recorders)
  } else {
    issue(connection, stretch, &recorders)
  }
}

/// Counts a reply that has come back whole, in either loop.
@inline(__always)
func complete(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ turn: Int, at end: UInt64,
  _ arrivals: Arrivals, _ stretch: borrowing Stretch<some RunClock>,
  _ recorders: inout Recorders
) {
  if arrivals.isPaced {
    completeDue(connection, turn, at: end, arrivals, stretch, &recorders)
  } else {
    complete(connection, at: end, stretch, &recorders)
  }
}

/// Issues what is due on a connection by now, as far as there is room, and sends it.
// Measured, calls only: clock_gettime send errno transmitRest transmitStaged drawnSize
@inline(never)
func issueDue(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ turn: Int, by now: UInt64,
  _ arrivals: Arrivals, _ stretch: borrowing Stretch<some RunClock>,
  _ recorders: inout Recorders
) {
  var start: UInt64 = 0
  while connection.pointee.inFlight < stretch.depth,
    connection.pointee.blocksIssued < connection.pointee.lastBlock
  {
    let due = arrivals.due(connection.pointee.blocksIssued, on: turn)
    guard due <= now else { break }
    if start == 0 { start = stretch.clock.now() }
    issueBlock(connection, at: start, stretch)
    recorders.lag.record(from: due, to: start)
  }
  if start != 0 { transmit(connection, stretch) }
}

/// Counts a reply that has come back whole, from the moment its block was due, and from the moment that
/// was sent.
// Measured, calls only: noteSize
@inline(never)
func completeDue(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ turn: Int, at end: UInt64,
  _ arrivals: Arrivals, _ stretch: borrowing Stretch<some RunClock>,
  _ recorders: inout Recorders
) {
  let block = connection.pointee.blocksAnswered
  let due = arrivals.due(block, on: turn)
  recorders.latency.record(from: due, to: end)
  recorders.service.record(
    from: connection.pointee.starts[block & stretch.startMask], to: end)
  noteAnswered(connection, from: due, to: end, stretch, &recorders)
}
