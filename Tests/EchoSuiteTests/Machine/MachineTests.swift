import FoundationEssentials
import Testing

@testable import EchoSuite

struct MachineTests {
  static let files = [
    "etc/os-release": "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
    "proc/cpuinfo": """
    processor\t: 0
    model name\t: AMD EPYC 7763 64-Core Processor
    flags\t\t: fpu vme sse2 hypervisor lahf_lm

    processor\t: 1
    model name\t: AMD EPYC 7763 64-Core Processor
    flags\t\t: fpu vme sse2 hypervisor lahf_lm
    """,
    "proc/loadavg": "0.37 0.20 0.10 1/123 4567\n",
    "proc/meminfo": "MemTotal:        8028804 kB\nMemFree:         5031120 kB\n",
    "proc/self/status": "Name:\techobench\nCpus_allowed:\t5\nCpus_allowed_list:\t0,2\n",
    "proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
    "proc/sys/kernel/ostype": "Linux\n",
    "proc/sys/kernel/hostname": "secret\n",
    "proc/sys/net/core/somaxconn": "4096\n",
    "proc/sys/net/ipv4/tcp_rmem": "4096\t131072\t6291456\n",
    "proc/sys/net/ipv4/tcp_wmem": "4096\t16384\t4194304\n",
    "sys/class/dmi/id/sys_vendor": "QEMU\n",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "kvm-clock\n",
    "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
    "sys/devices/system/cpu/online": "0-2\n",
    "sys/devices/system/cpu/present": "0-2,4\n",
  ]

  @Test func `a machine is described from the files of its kernel`() async throws {
    let machine = try await describe(Self.files)
    #expect(machine.date == "2026-01-02T03:04:05Z")
    #expect(machine.processor.model == "AMD EPYC 7763 64-Core Processor")
    #expect(machine.processor.logicalCPUs == 4)
    #expect(machine.processor.onlineCPUs == 3)
    #expect(machine.processor.allowedCPUs == 2)
    #expect(machine.processor.usableCPUs == 2)
    #expect(machine.processor.governor == "powersave")
    #expect(machine.memoryBytes == 8_221_495_296)
    #expect(machine.operatingSystem == "Debian GNU/Linux 12 (bookworm)")
    #expect(machine.kernel == "Linux 6.1.0-18-amd64")
    #expect(machine.virtualised == true)
    #expect(machine.hypervisor == "QEMU")
    #expect(machine.clockSource == "kvm-clock")
    #expect(machine.loadAverage == 0.37)
    #expect(machine.network.kind == .loopback)
    #expect(machine.network.somaxconn == 4096)
    #expect(machine.network.tcpReadMemory == [4096, 131_072, 6_291_456])
    #expect(machine.network.tcpWriteMemory == [4096, 16_384, 4_194_304])
    #expect(machine.build == .example)
  }

  @Test func `what the system does not tell is left out`() async throws {
    let machine = try await describe([:])
    #expect(
      machine
        == Machine(
          date: "2026-01-02T03:04:05Z",
          processor: Machine.Processor(architecture: machine.processor.architecture),
          network: Machine.Network(kind: .loopback),
          build: .example))
  }

  @Test(arguments: ["", "\n\n", "nonsense", "-", "3-1", "0-", ":=:=", "0-999999999999", "\u{0}"])
  func `files with odd content are the same as none`(content: String) async throws {
    var files = Self.files.mapValues { _ in content }
    // Files of free text, where anything goes.
    for path in files.keys where path.hasSuffix("governor") || path.contains("clocksource") {
      files[path] = nil
    }
    for path in ["osrelease", "ostype"] { files["proc/sys/kernel/\(path)"] = nil }
    #expect(try await describe(files) == describe([:]))
  }

  @Test func `CPUs with different governors show all of them`() async throws {
    var files = Self.files
    files["sys/devices/system/cpu/cpu2/cpufreq/scaling_governor"] = "performance\n"
    #expect(try await describe(files).processor.governor == "performance, powersave")
  }

  @Test func `a processor without the hypervisor flag is real hardware, whoever built it`()
    async throws
  {
    var files = Self.files
    files["proc/cpuinfo"] = "flags\t\t: fpu vme sse2\n"
    let machine = try await describe(files)
    #expect(machine.virtualised == false)
    #expect(machine.hypervisor == nil)
  }

  @Test func `a processor without flags leaves it open`() async throws {
    var files = Self.files
    files["proc/cpuinfo"] = "Features\t: fp asimd\n"
    #expect(try await describe(files).virtualised == nil)
  }

  @Test func `a Xen guest is virtual without a flag`() async throws {
    let machine = try await describe(["sys/hypervisor/type": "xen\n"])
    #expect(machine.virtualised == true)
    #expect(machine.hypervisor == "xen")
  }

  @Test func `the document reads back as it was written`() async throws {
    let machine = try await describe(Self.files)
    let document = try JSONEncoder().encode(machine)
    #expect(try JSONDecoder().decode(Machine.self, from: document) == machine)
  }

  @Test func `the document has its schema and snake case names, and no host name`() async throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = String(
      decoding: try encoder.encode(try await describe(Self.files)), as: UTF8.self)
    #expect(document.contains(#""schema":"echobench-machine/1""#))
    #expect(document.contains(#""memory_bytes":8221495296"#))
    #expect(document.contains(#""tcp_rmem":[4096,131072,6291456]"#))
    #expect(document.contains(#""logical_cpus":4"#))
    #expect(!document.contains("secret"))
    #expect(!document.contains(FileManager.default.temporaryDirectory.path()))
  }

  @Test func `a document of another schema is refused`() async throws {
    let document = String(
      decoding: try JSONEncoder().encode(try await describe([:])), as: UTF8.self)
    let other = document.replacing("machine\\/1", with: "machine\\/2")
    #expect(other != document)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Machine.self, from: Data(other.utf8))
    }
  }

  @Test func `this machine has a processor, memory and a kernel`() {
    let machine = Machine.describe(network: .unix, build: .example)
    #expect((machine.processor.onlineCPUs ?? 0) >= 1)
    #expect((machine.memoryBytes ?? 0) > 0)
    #expect(machine.kernel?.hasPrefix("Linux ") == true)
    #expect(machine.loadAverage != nil)
    #expect(machine.network.kind == .unix)
  }

  /// The description from these files, at a fixed time.
  private func describe(_ files: [String: String]) async throws -> Machine {
    try await FileTree.with(files) { tree in
      Machine.describe(
        network: .loopback, build: .example, root: tree.root,
        date: Date(timeIntervalSince1970: 1_767_323_045))
    }
  }
}

extension Machine.Build {
  static let example = Machine.Build(
    version: "0.1.0", configuration: .release, compiler: "Swift 6.3.1",
    revision: SourceRevision(commit: "0123abc", dirty: false))
}
