/// The end of the connections, all of them side by side, in the loop that measured.
extension Worker {
  /// Awaits the replies on their way, tells the server on each connection that nothing more will
  /// come, and reads to the end of the stream.
  ///
  /// Bounded, whatever trickles: replies have the timeout, and as long as the longest so far; the
  /// end of a stream has the timeout from the half-close. A connection to which the server has not
  /// come by then, though it still comes to others, is left alone.
  mutating func settle() {
    // No reply is counted, each comes here; and nothing is due any more.
    stretch.mostReplies = 0
    arrivals = .none
    stretch.renews = false
    if workload.verification == .off { stretch.slack = Int.max / 2 }
    let longest = recorders.completed > 0 ? recorders.latency.maxNanoseconds : 0
    let lastReply = awake.now + workload.timeout.nanoseconds + longest
    var open = connections.count
    for index in connections.indices where connections[index].phase == .connecting {
      end(index)
      open -= 1
    }
    for index in connections.indices where connections[index].isWhole && connections[index].isSent {
      if connections[index].phase != .ended { conclude(index) }
    }
    while open > 0, goesOn {
      if lookAround(at: stretch.clock.now()) { open -= endOverdue(lastReply) }
      guard goesOn else { return }
      switch drive(until: awake.nextLook) {
      case .quiet: break
      case .whole(let index, _):
        connections[index].answered = connections[index].receiving
        if connections[index].isWhole, connections[index].isSent { conclude(index) }
      case .fault(let index, let fault):
        switch connections[index].phase {
        case .halfClosed where fault == .closed, .lingering:
          end(index)
          open -= 1
        case .ended: break
        default: fail(index, fault)
        }
      }
    }
  }

  /// Everything that was sent on a connection is answered. Without verification nothing is said of
  /// it to the server: what it sends beyond the replies is only counted, for a while.
  private func conclude(_ index: Int) {
    connections[index].answered = connections[index].blocksIssued * stretch.block
    if workload.verification != .off {
      connections[index].halfClose()
    } else if connections[index].phase == .open {
      connections[index].linger(since: awake.now)
    }
  }

  /// At a look: ends what has lingered long enough, and what no longer has time.
  /// - Returns: how many connections that are.
  private mutating func endOverdue(_ lastReply: UInt64) -> Int {
    var ended = 0
    for (index, connection) in connections.enumerated() {
      switch connection.phase {
      case .open where awake.now >= lastReply && connection.isServed:
        fail(index, .unfinished)
        return ended
      case .open where awake.now < lastReply + workload.timeout.nanoseconds: continue
      case .lingering
      where awake.now
        < min(
          connection.movedAt + quietTime.nanoseconds,
          connection.lingersSince + 3 * quietTime.nanoseconds):
        continue
      case .halfClosed, .ended, .connecting: continue
      case .open, .lingering:
        end(index)
        ended += 1
      }
    }
    return ended
  }

  private func end(_ index: Int) {
    noteServed(index)
    if connections[index].isKnownServed { run.connectionClosed() }
    connections[index].end()
    poller?.leave(connections.baseAddress! + index)
  }
}
