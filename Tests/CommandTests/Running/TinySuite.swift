/// A suite of two short rounds.
enum TinySuite {
  static let file = """
    name: tiny
    about: Two short rounds.
    rounds: 2
    duration: 100ms
    warmup: 10ms
    workers: 2
    servers:
      - backend: threads
      - {name: loop, backend: dispatch, buffers: [4k]}
      - {name: absent, command: "/nonexistent/server --listen {address}"}
    """
}
