internal import EchoIO

extension Load {
  /// One of so many parts of it, from 0 on, each for a client host: connections, workers and rates add up to
  /// the whole, and everything else is the same. Where there are fewer workers than hosts, each has one.
  func part(_ index: Int, of count: Int) -> Load {
    func share(_ whole: Int) -> Int { whole / count + (index < whole % count ? 1 : 0) }
    var part = self
    part.connections = share(connections)
    part.workers = max(1, share(workers))
    part.rate = rate.map(share)
    part.idle = idle.map(share)
    return part
  }
}
