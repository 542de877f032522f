import Testing

@testable import EchoSuite

/// A slip in a suite file, and what is said about it.
struct Slip: Sendable, CustomTestStringConvertible {
  let text: String
  /// From 1; nil when the whole file is meant.
  let line: Int?
  /// What the complaint begins with.
  let reason: String

  init(_ text: String, line: Int?, _ reason: String) {
    self.text = text
    self.line = line
    self.reason = reason
  }

  var testDescription: String { reason }
}

struct SuiteFileErrorTests {
  static let servers = "servers: [{backend: threads}]"

  static let ofSuite = [
    Slip("", line: nil, "is empty; 'name' and 'servers' are needed"),
    Slip("# nothing yet\n", line: nil, "is empty; 'name' and 'servers' are needed"),
    Slip("- name: a", line: 1, "expected keys and values here"),
    Slip("name: a\nserves: []", line: 2, "there is no key 'serves' here; there are name, about,"),
    Slip("about: b\nservers: []", line: 1, "'name' is missing"),
    Slip("rounds: 6\nname: ../a\n", line: 2, "'name' must be letters, digits, '-', '_' and '.'"),
    Slip("name: [a, b]", line: 1, "'name' must be a single value"),
    Slip("name: a\nrounds: 0", line: 2, "'rounds' must be at least 1, got '0'"),
    Slip("name: a\nrounds: few", line: 2, "'rounds' must be a count such as 5000, 200k or 2M"),
    Slip(
      "name: a\nsizes: [1000, 64kB]\n" + servers, line: 2,
      "'sizes' must not be in kB, which is a power"),
    Slip(
      "name: a\n\nbuffers: 0\n" + servers, line: 3,
      "'buffers' must be a whole number of bytes, at least"),
    Slip(
      "name: a\nsizes: {a: 1}\n" + servers, line: 2, "'sizes' must be a value or a list of values"),
    Slip(
      "name: a\nsizes: [64k, 1000, 65536]\n" + servers, line: 2,
      "'sizes' must have each value once, got '65536' again"),
    Slip(
      "name: a\nengines: [event, event]", line: 2,
      "'engines' must have each value once, got 'event' again"),
    Slip("name: a\nduration: fast", line: 2, "'duration' must be a duration such as 500ms, 10s"),
    Slip("name: a\nduration: 0", line: 2, "'duration' must be at least 10ms, got '0'"),
    Slip("name: a\ntimeout: 0", line: 2, "'timeout' must be at least 1ms, got '0'"),
    Slip("name: a\nengines: [turbo]", line: 2, "'engines' must be of blocking, event, got 'turbo'"),
    Slip(
      "name: a\nclient_cpus: all\n" + servers, line: 2,
      "'client_cpus' must be a list of CPUs such as 0,"),
    Slip("name: a\ntwin: perhaps\n" + servers, line: 2, "'twin' must be true or false, got"),
    Slip(
      "name: a\nnoise_floor: false\n" + servers, line: 2,
      "'noise_floor' is called 'twin' now: rename the key"),
    Slip("name: a\nworkers: 5\nconnections: 4", line: 3, "'connections' must be at least the 5"),
    Slip(
      "name: a\nworkers: 2\nengines: event\nevent_workers: 3", line: 4,
      "'event_workers' must be at most the 2 connections, got 3"),
    Slip(
      "name: a\nworkers: 2\nconnections: 4\nengines: [blocking]", line: 4,
      "'engines' must be event, or there must be 4 workers: the blocking engine drives one"),
    Slip("name: a\nthreads: [1, 0]", line: 2, "'threads' must be at least 1, got '0'"),
    Slip("name: a\nthreads: [1, 5000]", line: 2, "'threads' must be at most 4096, got '5000'"),
    Slip("name: a\nthreads: [2, 2]", line: 2, "'threads' must have each value once, got '2' again"),
    Slip("name: a\nevent_workers: many", line: 2, "'event_workers' must be a count such as 5000"),
    Slip(
      "name: a\nidle_connections: 60k", line: 2, "'idle_connections' must be at most 59995, got"),
    Slip("name: a\ntransports: [udp]", line: 2, "'transports' must be of tcp, tcp6, unix, got"),
    Slip("name: a\ntransports: [tcp, tcp]", line: 2, "'transports' must have each value once"),
    Slip("name: a\nnodelay: perhaps", line: 2, "'nodelay' must be of on, off, got 'perhaps'"),
    Slip(
      "name: a\nnodelay: off\ntransports: [tcp, unix]", line: 2,
      "'nodelay' must be on with a unix socket, which holds nothing back, got 'off'"),
    Slip("name: a\nsend_buffers: 2G", line: 2, "'send_buffers' must be at most 1G, got '2G'"),
    Slip("name: a\nreceive_buffers: big", line: 2, "'receive_buffers' must be a size such as"),
    Slip(
      "name: a\ntransports: [tcp, unix]\nservers:\n  - {backend: epoll, nodelay: off}", line: 4,
      "'nodelay' must be on with a unix socket, which holds nothing back, and this suite has some"),
    Slip(
      "name: a\ntransports: unix\nservers:\n  - {backend: epoll, receive_buffer: 4k}", line: 4,
      "'receive_buffer' must be left to the kernel with a unix socket: what is on its way is in"),
    Slip("name: a\nalso: []", line: 2, "'also' must be a list with at least one entry"),
    Slip("name: a\nalso:\n  - {rounds: 3}", line: 3, "there is no key 'rounds' here; there are"),
    Slip(
      "name: a\nalso:\n  - {sizes: [1, 2]}", line: 3, "'sizes' must be one value here"),
    Slip(
      "name: a\nalso:\n  - {connections: 3}", line: 3,
      "'connections' must be at least the 5 workers"),
    Slip(
      "name: a\nalso:\n  - {sizes: 1000}", line: 3, "this load is one of the suite already"),
    Slip("name: a\nrounds: 6", line: 1, "'servers' must be a list with at least one entry"),
    Slip("name: a\nservers: []", line: 2, "'servers' must be a list with at least one entry"),
    Slip("name: a\nservers:\n  - threads", line: 3, "expected keys and values here"),
  ]

  static let ofServer = [
    Slip("backend: epol", line: 3, "there is no backend 'epol'; there are threads,"),
    Slip("name: a", line: 3, "a server is either a 'backend' or a 'command'"),
    Slip(
      "backend: threads\n    command: serve {port}", line: 3,
      "a server is either a 'backend' or a 'command'"),
    Slip("name: a\n    command: serve", line: 4, "the command must have {address} or {port} in it"),
    Slip(
      "name: a\n    command: serve {port} {size}", line: 4,
      "there is no placeholder {size}; there are {address}, {host}, {port}, {buffer_size}"),
    Slip("command: serve {port}", line: 3, "'name' is missing"),
    Slip(
      "name: a\n    command: serve {port}\n    threads: 4", line: 5,
      "'threads' is for backends: put it into the command"),
    Slip(
      "name: a\n    command: serve {port}\n    cpus: 0", line: 5,
      "'cpus' is for backends: put it into the command"),
    Slip(
      "name: a\n    command: serve {port}\n    buffers: [4k, 8k]", line: 5,
      "'buffers' is for commands with {buffer_size} in them"),
    Slip(
      "backend: threads\n    buffers: [4k, 4096]", line: 4,
      "'buffers' must have each value once, got '4096' again"),
    Slip(
      "backend: threads\n    verify: [full, full]", line: 4,
      "'verify' must have each value once, got 'full' again"),
    Slip("backend: threads\n    thread: 4", line: 4, "there is no key 'thread' here; there are"),
    Slip("backend: threads\n    threads: 0", line: 4, "'threads' must be at least 1, got '0'"),
    Slip("backend: threads\n    nodelay: 1", line: 4, "'nodelay' must be of on, off, got '1'"),
    Slip("backend: threads\n    send_buffer: 2G", line: 4, "'send_buffer' must be at most 1G, got"),
    Slip(
      "backend: threads\n    receive_buffer: [1k, 2k]", line: 4,
      "'receive_buffer' must be a single value"),
    Slip(
      "name: a\n    command: serve {port}\n    nodelay: off", line: 5,
      "'nodelay' is for backends: put it into the command"),
    Slip("backend: threads\n    cpus: x", line: 4, "'cpus' must be a list of CPUs such as 0,"),
    Slip("backend: threads\n    verify: [some]", line: 4, "'verify' must be of full, length, off"),
    Slip("backend: threads\n    buffers: big", line: 4, "'buffers' must be a size such as 1000"),
    Slip(
      "backend: threads\n    corrected_by: libuv", line: 4,
      "'corrected_by' must name another server, got 'libuv'"),
    Slip(
      "backend: threads\n    corrected_by: threads", line: 4,
      "'corrected_by' must name another server, got 'threads'"),
    Slip(
      "backend: threads\n  - backend: threads", line: 4, "two servers are called 'threads': give"),
    Slip(
      "backend: threads\n    name: b\n  - name: b\n    command: serve {port}", line: 5,
      "two servers are called 'b': give one a 'name'"),
  ]

  @Test(arguments: ofSuite)
  func `a slip in a suite is an error with its line`(slip: Slip) {
    expectError(slip, slip.text)
  }

  @Test(arguments: ofServer)
  func `a slip in a server is an error with its line`(slip: Slip) {
    expectError(slip, "name: suite\nservers:\n  - \(slip.text)\n")
  }

  static let notYAML = [
    Slip("name: a\nservers:\n  - 'open\n", line: 4, "is not YAML: found unexpected end of stream"),
    Slip("name: [a\n", line: 2, "is not YAML: did not find expected ',' or ']'"),
    Slip("name: a: b", line: 1, "is not YAML: mapping values are not allowed in this context"),
    Slip("name: a\nname: b\n" + servers, line: 1, "has 'name' twice"),
  ]

  @Test(arguments: notYAML)
  func `a file that is not YAML is an error with its line`(slip: Slip) {
    expectError(slip, slip.text)
  }

  @Test func `the complaint begins with file and line`() {
    let error = SuiteFileError(file: "a.yaml", line: 3, reason: "is wrong")
    #expect("\(error)" == "a.yaml:3: is wrong")
    #expect("\(SuiteFileError(file: "a.yaml", line: nil, reason: "is"))" == "a.yaml: is")
  }

  private func expectError(_ slip: Slip, _ text: String) {
    let error = #expect(throws: SuiteFileError.self) {
      try SuiteFileReader.read(text, file: "slip.yaml")
    }
    #expect(error?.file == "slip.yaml")
    #expect(error?.line == slip.line, "\(error?.reason ?? "")")
    #expect(error?.reason.hasPrefix(slip.reason) == true, "\(error?.reason ?? "")")
  }
}
