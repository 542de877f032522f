internal import EchoIO

extension Scenario {
  /// What the client's report of a trial says that its load was: where the rate is searched, that of one
  /// window, as `window` was.
  func load(like window: Load) -> Load {
    load.findRate == nil ? load : load.window(at: window.rate)
  }
}

extension Measurement {
  /// Why what it says of a search does not fit the plan's load, or cannot be; nil when it does. A log that is read
  /// may have been written by anybody.
  func problem(ofSearchUnder load: Load) -> String? {
    guard let search else {
      // One that did not run has none.
      return load.findRate != nil && outcome == .ran ? "it says nothing of its search" : nil
    }
    guard search.workload.load == load, search.condition == load.findRate else {
      return "its search was for another load than the plan says"
    }
    let rates = [search.rate, search.held, search.failed] + search.windows.map(\.rate)
    if let rate = rates.compactMap(\.self).first(where: { !(1...LoadAxis.mostPerSecond ~= $0) }) {
      return "a rate must be 1 to \(LoadAxis.mostPerSecond), got \(rate)"
    }
    guard let rate = search.rate else { return nil }
    return client?.valid == true && client?.workload.load.rate == rate
      ? nil : "the client's report is not of the rate that it says was confirmed, \(rate)/s"
  }
}
