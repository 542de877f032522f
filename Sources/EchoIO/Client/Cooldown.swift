/// The load after the window.
extension Worker {
  /// Goes on as before, at which nobody looks: so that the windows of other clients, which begin and end
  /// a little later, lie under full load, too.
  mutating func coolDown(after window: Window) {
    guard window.loadEnd > window.end, goesOn else { return }
    swap(&recorders, &unused)
    proceed(until: window.loadEnd, replies: .max)
    swap(&recorders, &unused)
  }
}
