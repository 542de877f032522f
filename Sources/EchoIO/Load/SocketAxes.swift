/// The axes of a load that say what its connections go over, and how the client sets its ends of them.
extension LoadAxis {
  /// No option of the client: the address that it is given has it.
  public static let transport = LoadAxis(
    "transport", suiteKey: "transports",
    help: "What carries the connections: TCP over IPv4 (tcp) or IPv6 (tcp6), or unix sockets.",
    isOption: false, choices: Transport.allCases.map(\.rawValue),
    read: { (text, load) throws(UnitError) in load.transport = try readChoice(text) },
    argument: { $0.transport.rawValue },
    label: { $0.transport == .tcp ? nil : $0.transport.rawValue })

  public static let nodelay = LoadAxis(
    "nodelay", suiteKey: "nodelay",
    help: "Whether segments are sent at once (TCP_NODELAY): on or off.",
    omitted: Switch.on.rawValue, choices: Switch.allCases.map(\.rawValue),
    read: { (text, load) throws(UnitError) in
      load.nodelay = try Switch(parsing: text).isOn ? nil : false
    },
    argument: { Switch($0.sockets.nodelay).rawValue },
    label: { $0.sockets.nodelay ? nil : "client nodelay off" },
    problem: { load in
      load.transport == .unix && !load.sockets.nodelay ? SocketOptions.noNodelay : nil
    })

  public static let sendBuffer = buffer(
    "send-buffer", suiteKey: "send_buffers", "SO_SNDBUF", \.sendBuffer)

  public static let receiveBuffer = buffer(
    "receive-buffer", suiteKey: "receive_buffers", "SO_RCVBUF", \.receiveBuffer,
    overUnix: SocketOptions.noReceiveBuffer)

  private static func buffer(
    _ name: String, suiteKey: String, _ option: String,
    _ size: any WritableKeyPath<Load, ByteCount?> & Sendable, overUnix unixRule: String? = nil
  ) -> LoadAxis {
    LoadAxis(
      name, suiteKey: suiteKey,
      help: "Bytes to ask for with \(option), or \(SocketBuffer.kernel) to leave it to the kernel.",
      omitted: SocketBuffer.kernel,
      read: { (text, load) throws(UnitError) in
        load[keyPath: size] = try SocketBuffer(parsing: text).size
      },
      argument: { "\(SocketBuffer($0[keyPath: size]))" },
      label: { load in
        load[keyPath: size].map {
          "client \(name.replacing("-", with: " ")) \($0.argument)"
        }
      },
      problem: { load in
        guard let size = load[keyPath: size] else { return nil }
        if load.transport == .unix, let unixRule { return unixRule }
        return SocketOptions.problem(ofBuffer: size)
      })
  }
}
