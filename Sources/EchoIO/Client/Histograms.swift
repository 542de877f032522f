/// What all workers have counted.
struct Histograms {
  var latency = LatencyHistogram()
  var service = LatencyHistogram()
  var lag = LatencyHistogram()
  var block = LatencyHistogram()
  var connect = LatencyHistogram()
  /// Of each class of sizes.
  var sizes: [LatencyHistogram] = []

  init(_ all: [Recorders]) {
    for recorders in all {
      latency.add(recorders.latency)
      service.add(recorders.service)
      lag.add(recorders.lag)
      block.add(recorders.block)
      connect.add(recorders.connect)
      for (index, recorder) in recorders.sizes.enumerated() {
        if index == sizes.count { sizes.append(LatencyHistogram()) }
        sizes[index].add(recorder)
      }
    }
  }
}
