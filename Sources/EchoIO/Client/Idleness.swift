internal import Glibc

/// Connections that are open and silent beside the active ones.
extension Worker {
  /// Holds its connections and does nothing, not even wait for them, until the usage at the end of
  /// the window has been read. Then each is to be open and to have said nothing; and the server is to
  /// end it when it is half-closed, which one that has forgotten it does not.
  mutating func keep() -> WorkerOutcome {
    run.usageRead.wait()
    if let index = connections.indices.first(where: { idleFault(of: $0) != nil }),
      let fault = idleFault(of: index)
    {
      fail(index, fault)
    }
    if goesOn { settle() }
    return WorkerOutcome(
      recorders: recorders, inFlight: 0, bytesInFlight: 0, oldestStart: nil, occupancy: .none,
      backlog: .none,
      cpu: CPUTime(userNanoseconds: 0, systemNanoseconds: 0), failure: failure, load: nil)
  }

  /// What has come on a connection on which nothing was sent; nil when nothing has.
  private func idleFault(of index: Int) -> Fault? {
    let connection = connections.baseAddress! + index
    let count = peekNow(connection.pointee.descriptor, stretch.scratch, stretch.scratchSize)
    switch count {
    case -Int(EAGAIN): return nil
    case 0: return .closed
    case ..<0: return .failed(Int32(-count))
    default: return .surplus(count)
    }
  }
}
