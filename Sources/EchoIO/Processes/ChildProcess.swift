internal import CLinux
internal import Glibc

/// A process that this one has started, in a process group of its own: what it says, and how it
/// ends. Whatever happens, nothing of its group is left when this value ends.
///
/// It takes no thread: whoever waits for it polls its descriptors. It is not waited for (waitid(2))
/// before its group has been killed, so that the group's id cannot have become another's by then.
public final class ChildProcess {
  public let id: Int32
  /// How it ended; nil while it runs, as far as `update` has seen.
  public private(set) var end: ProcessEnd?
  /// What it has said so far on standard output and standard error, and on its channel.
  public var output: String { String(decoding: streams[0].bytes, as: UTF8.self) }
  public var errors: String { String(decoding: streams[1].bytes, as: UTF8.self) }
  public var messages: String { String(decoding: streams[2].bytes, as: UTF8.self) }
  /// It said more than is kept of it.
  public var hasSaidTooMuch: Bool { streams.contains { $0.isFull } }

  /// Bytes of each stream that are kept, unless told otherwise: a server says little.
  public static let mostOutput = 1 << 20

  /// Readable once it has ended.
  private let handle: Int32
  /// Standard output, standard error and, when it has one, the channel.
  private var streams: [OutputStream]
  private var isReaped = false

  /// What a process finds as its standard input.
  public enum Input: Sendable {
    /// /dev/null.
    case nothing
    /// A socket that ends with this process, or when the value does: however this one ends, the
    /// child can know. It may be spoken through in both directions.
    case channel
  }

  /// Starts `program`.
  /// - Parameters:
  ///   - arguments: its arguments, its name first.
  ///   - mostOutput: how many bytes of each stream are kept.
  /// - Throws: `SystemError` when there is no descriptor or process left, or nothing to be executed.
  public convenience init(
    _ program: Program, _ arguments: [String], input: Input = .nothing,
    mostOutput: Int = ChildProcess.mostOutput
  ) throws(SystemError) {
    try self.init(
      path: program.path, arguments, without: [], input: input, mostOutput: mostOutput)
  }

  /// Starts the file `path`, without the environment variables `names`.
  public init(
    path: String, _ arguments: [String], without names: [String] = [], input: Input = .nothing,
    mostOutput: Int = ChildProcess.mostOutput
  ) throws(SystemError) {
    let output = try Ends.pipe()
    let errors = try Ends.pipe()
    let channel =
      switch input {
      case .nothing: try Ends.nothing()
      case .channel: try Ends.channel()
      }
    id = try spawn(
      path, arguments, without: names,
      streams: [channel.theirs, output.theirs, errors.theirs])
    handle = clinux_pidfd(id)
    streams = [output, errors, channel].map { OutputStream($0.takeOurs(), mostBytes: mostOutput) }
    guard handle >= 0 else {
      let error = SystemError("pidfd_open", errno: -handle, remedy: moreDescriptors)
      kill()
      throw error
    }
  }

  deinit {
    kill()
  }

  /// Says something through the channel; a child that is gone does not hear it, and one that takes none of
  /// it for ten seconds only a part.
  /// - Returns: whether all of it went into the channel.
  @discardableResult
  public func say(_ text: String) -> Bool { EchoIO.say(text, on: streams[2].descriptor) }

  /// Takes the first line of what it has said on standard output, which is not kept any longer; nil where
  /// none is whole.
  public func takeLine() -> String? {
    streams[0].takeLine().map { String(decoding: $0, as: UTF8.self) }
  }

  /// Keeps no more of what it has said on standard error than so many bytes, the last.
  public func forgetErrors(but most: Int) {
    streams[1].forget(but: most)
  }

  /// Nothing more will come on standard output.
  public var hasEndedOutput: Bool { streams[0].descriptor < 0 }

  /// Ends the channel, as an end of this process would.
  public func endInput() {
    streams[2].close()
  }

  /// Sends a signal to its process group.
  public func signal(_ number: Int32) {
    if !isReaped { Glibc.kill(-id, number) }
  }

  /// Ends its process group at once, waits for it, and closes everything.
  public func kill() {
    guard !isReaped else { return }
    signal(SIGKILL)
    // It may have left its group.
    Glibc.kill(id, SIGKILL)
    while waitpid(id, nil, 0) < 0, errno == EINTR {}
    isReaped = true
    for index in streams.indices { streams[index].close() }
    if handle >= 0 { close(handle) }
  }
}

// MARK: - What happens to it

extension ChildProcess {
  /// Waits until something has happened to one of `children`, for `nanoseconds` at most, or until
  /// `stop` fires or something comes of `input`; then reads what the children have said and sees who has
  /// ended.
  static func awaitEvent(
    of children: [ChildProcess], nanoseconds: UInt64, or stop: StopSignal? = nil,
    reading input: InputLines? = nil
  ) {
    var entries = children.flatMap(\.entries)
    for descriptor in [stop?.descriptor, input?.descriptor] {
      guard let descriptor else { continue }
      entries.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }
    clinux_poll(&entries, Int32(entries.count), nanoseconds)
    for child in children { child.update() }
  }

  /// poll(2) ignores an entry whose descriptor is negative: a stream that has ended.
  private var entries: [pollfd] {
    let ended = [end == nil ? handle : -1]
    return (streams.map(\.descriptor) + ended).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
  }

  private func update() {
    if end == nil {
      let status = clinux_wait_status(id)
      if status >= 0 { end = ProcessEnd(status: status) }
    }
    // After its end was seen: what it said last is there by then.
    for index in streams.indices {
      if end == nil { streams[index].read() } else { streams[index].readRest() }
    }
  }
}

/// What a process says on one descriptor, read as it comes.
private struct OutputStream {
  /// Non-blocking; -1 once the stream has ended.
  private(set) var descriptor: Int32
  private(set) var bytes: [UInt8] = []
  private(set) var isFull = false
  private let mostBytes: Int
  /// So many of the bytes have been looked through for the end of a line.
  private var seen = 0

  init(_ descriptor: Int32, mostBytes: Int) {
    self.descriptor = descriptor
    self.mostBytes = mostBytes
  }

  /// What is there now. What is more than is kept is read all the same: who cannot write does not
  /// end, either. And no more of it at once, or a writer could keep this process here.
  mutating func read() {
    guard descriptor >= 0 else { return }
    var piece = [UInt8](repeating: 0, count: Self.mostAtOnce)
    let count = Glibc.read(descriptor, &piece, piece.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return }
    guard count > 0 else { return close() }
    let kept = min(count, mostBytes - bytes.count)
    bytes += piece[..<kept]
    if kept < count { isFull = true }
  }

  /// All that is there of a process that has ended: nobody looks again. What it holds comes with one read, or with
  /// several that are short or interrupted; of somebody else who writes there, no more than so many times.
  mutating func readRest() {
    for _ in 0..<Self.mostReads where descriptor >= 0 {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 0) != 0 else { return }
      read()
    }
  }

  private static let mostReads = 32
  /// As much as a pipe holds (pipe(7)).
  private static let mostAtOnce = 65_536

  mutating func takeLine() -> ArraySlice<UInt8>? {
    guard let end = bytes[seen...].firstIndex(of: UInt8(ascii: "\n")) else {
      seen = bytes.count
      return nil
    }
    let line = bytes[..<end]
    bytes.removeSubrange(...end)
    seen = 0
    return line
  }

  mutating func forget(but most: Int) {
    if bytes.count > most { bytes.removeFirst(bytes.count - most) }
  }

  mutating func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }
}

// MARK: - What it is started with

/// The two ends of a stream between this process and a child; whichever is not taken is closed.
private final class Ends {
  let theirs: Int32
  private var ours: Int32

  private init(theirs: Int32, ours: Int32) {
    (self.theirs, self.ours) = (theirs, ours)
  }

  deinit {
    close(theirs)
    if ours >= 0 { close(ours) }
  }

  static func pipe() throws(SystemError) -> Ends {
    var ends: [Int32] = [0, 0]
    let made = clinux_pipe(&ends)
    guard made == 0 else { throw SystemError("pipe", errno: -made, remedy: moreDescriptors) }
    let pipe = Ends(theirs: ends[1], ours: ends[0])
    try setNonblocking(pipe.ours)
    return pipe
  }

  static func channel() throws(SystemError) -> Ends {
    var ends: [Int32] = [0, 0]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      throw .last("socketpair", remedy: moreDescriptors)
    }
    let channel = Ends(theirs: ends[1], ours: ends[0])
    try setNonblocking(channel.ours)
    return channel
  }

  static func nothing() throws(SystemError) -> Ends {
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard null >= 0 else { throw .last("open /dev/null", remedy: moreDescriptors) }
    return Ends(theirs: null, ours: -1)
  }

  func takeOurs() -> Int32 {
    defer { ours = -1 }
    return ours
  }
}
