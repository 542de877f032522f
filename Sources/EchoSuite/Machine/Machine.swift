/// Where results were measured: what a reader has to know before comparing them with others.
///
/// `machine.json` of a suite. Whatever the system doesn't tell is `nil` here and absent there.
/// Nothing in it names a host, a user or a path, so that results can be published as they are; but for
/// the hosts of a suite file, by the names that they have there.
public struct Machine: Codable, Equatable, Sendable {
  /// The document's name and version. Decoding refuses any other.
  public enum Schema: String, Codable, Sendable {
    case version1 = "echobench-machine/1"
  }

  public var schema = Schema.version1
  /// When the machine was described, at the start of a suite: ISO 8601, in UTC.
  public var date: String
  public var processor: Processor
  /// The installed memory in bytes, without what the kernel keeps for itself.
  public var memoryBytes: Int?
  /// The distribution, as in "Debian GNU/Linux 12 (bookworm)".
  public var operatingSystem: String?
  /// The kernel's name and release, as in "Linux 6.1.0-18-amd64".
  public var kernel: String?
  /// Whether a hypervisor is underneath; `nil` when the processor has no flag that would tell.
  public var virtualised: Bool?
  /// The hypervisor or its vendor, as in "QEMU", if it gives a name.
  public var hypervisor: String?
  /// Where the kernel takes the time from, as in "tsc" or "kvm-clock".
  public var clockSource: String?
  /// The runnable and waiting tasks of the last minute, on average, before the suite began.
  public var loadAverage: Double?
  public var network: Network
  public var build: Build
  /// What it takes at least for what every server does; nil where that was not measured.
  public var floor: Floor?
  /// Where servers and clients ran, as each host tells; nil where that was this machine.
  public var hosts: [HostMachine]?

  enum CodingKeys: String, CodingKey {
    case schema, date, processor, kernel, virtualised, hypervisor, network, build, floor, hosts
    case memoryBytes = "memory_bytes"
    case operatingSystem = "operating_system"
    case clockSource = "clock_source"
    case loadAverage = "load_average"
  }
}

extension Machine {
  /// The processors of the machine and how many of them there are to run on.
  public struct Processor: Codable, Equatable, Sendable {
    /// The vendor's name for it, as in "AMD EPYC 7763 64-Core Processor".
    public var model: String?
    /// The instruction set this program was built for, as in "x86_64".
    public var architecture: String
    /// Logical CPUs that are present.
    public var logicalCPUs: Int?
    /// Logical CPUs that are switched on.
    public var onlineCPUs: Int?
    /// Logical CPUs that this process may run on: fewer in a container or under `taskset`.
    public var allowedCPUs: Int?
    /// How frequencies are chosen, as in "performance"; several names when the CPUs differ, `nil`
    /// when there is no frequency scaling to see.
    public var governor: String?

    /// How many CPUs servers and clients have to share.
    public var usableCPUs: Int? { allowedCPUs ?? onlineCPUs }

    enum CodingKeys: String, CodingKey {
      case model, architecture, governor
      case logicalCPUs = "logical_cpus"
      case onlineCPUs = "online_cpus"
      case allowedCPUs = "allowed_cpus"
    }
  }

  /// What lies between client and server, and the kernel's limits for it.
  public struct Network: Codable, Equatable, Sendable {
    /// The way from client to server.
    public enum Kind: String, Codable, Sendable {
      /// TCP that never leaves the machine.
      case loopback
      /// A Unix domain socket.
      case unix
      /// TCP to another machine.
      case network
    }

    public var kind: Kind
    /// `net.core.somaxconn`: the most connections that wait for an accept.
    public var somaxconn: Int?
    /// `net.ipv4.tcp_rmem`: smallest, initial and largest receive buffer in bytes.
    public var tcpReadMemory: [Int]?
    /// `net.ipv4.tcp_wmem`: smallest, initial and largest send buffer in bytes.
    public var tcpWriteMemory: [Int]?

    enum CodingKeys: String, CodingKey {
      case kind, somaxconn
      case tcpReadMemory = "tcp_rmem"
      case tcpWriteMemory = "tcp_wmem"
    }
  }

  /// Which program measured.
  public struct Build: Codable, Equatable, Sendable {
    /// The version of echobench.
    public var version: String
    /// Whether it was optimised.
    public var configuration: BuildConfiguration
    /// The compiler, as in "Swift 6.3.1".
    public var compiler: String?
    /// The commit it was built from; `nil` outside of its repository.
    public var revision: SourceRevision?

    public init(
      version: String,
      configuration: BuildConfiguration,
      compiler: String?,
      revision: SourceRevision?
    ) {
      self.version = version
      self.configuration = configuration
      self.compiler = compiler
      self.revision = revision
    }
  }
}
