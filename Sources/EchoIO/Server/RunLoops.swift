/// Runs event loops until they have ended: the first on the caller's thread, each of the others on one
/// of its own.
/// - Parameters:
///   - loops: end once `stop` has fired.
///   - announce: called when all threads are there.
/// - Throws: when there is no thread for one of them, once all have ended.
/// - Returns: what they did, together.
func runLoops(
  _ loops: [@Sendable () -> ServerCounters], until stop: StopSignal, whenReady announce: () -> Void
) throws(SystemError) -> ServerCounters {
  var threads: [Thread<ServerCounters>] = []
  do throws(SystemError) {
    for (index, loop) in loops.enumerated().dropFirst() {
      threads.append(try Thread("loop-\(index)", loop))
    }
  } catch {
    // A loop closes at its end what it has opened: those without a thread come to theirs here.
    stop.fire()
    for loop in loops.prefix(1) + loops.dropFirst(1 + threads.count) { _ = loop() }
    for thread in threads { _ = thread.join() }
    throw error
  }
  announce()
  let first = loops[0]()
  return .total(of: [first] + threads.map { $0.join() })
}
