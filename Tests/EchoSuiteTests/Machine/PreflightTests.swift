import Testing

@testable import EchoSuite

struct PreflightTests {
  @Test func `a quiet machine with a release build gives no finding`() {
    #expect(Preflight.check(machine(), connections: 128).isEmpty)
  }

  @Test func `what is not known is not found`() {
    let unknown = Machine(
      date: "", processor: Machine.Processor(architecture: "x86_64"),
      network: Machine.Network(kind: .loopback), build: .example)
    #expect(Preflight.check(unknown, connections: 1_000_000).isEmpty)
  }

  @Test func `a debug build is found`() {
    #expect(findings { $0.build.configuration = .debug } == [.debugBuild])
  }

  @Test func `a governor other than performance is found`() {
    #expect(findings { $0.processor.governor = "powersave" } == [.governor("powersave")])
    #expect(findings { $0.processor.governor = nil } == [])
  }

  @Test func `a busy machine is found`() {
    #expect(findings { $0.loadAverage = 1.5 } == [.loaded(loadAverage: 1.5, cpus: 8)])
    #expect(findings { $0.loadAverage = 0.8 } == [])
  }

  @Test func `half a task is load on a machine with few CPUs`() {
    let found = findings {
      $0.processor.onlineCPUs = 4
      $0.loadAverage = 0.6
    }
    #expect(found == [.loaded(loadAverage: 0.6, cpus: 4)])
  }

  @Test func `load is of the CPUs that may be used, where those online are not known`() {
    let found = findings {
      $0.processor.onlineCPUs = nil
      $0.processor.allowedCPUs = 4
      $0.loadAverage = 0.6
    }
    #expect(found == [.loaded(loadAverage: 0.6, cpus: 4)])
  }

  @Test func `two CPUs are few, also when a larger machine allows only those`() {
    #expect(findings { $0.processor.onlineCPUs = 2 } == [.fewCPUs(2)])
    #expect(findings { $0.processor.allowedCPUs = 2 } == [.fewCPUs(2)])
    #expect(findings { $0.processor.allowedCPUs = 3 } == [])
  }

  @Test func `a backlog shorter than the connections is found`() {
    #expect(findings(connections: 4096) { _ in } == [])
    #expect(
      findings(connections: 4097) { _ in }
        == [.shortBacklog(somaxconn: 4096, connections: 4097)])
  }

  @Test func `a virtual machine is information and comes after the warnings`() {
    let found = findings {
      $0.virtualised = true
      $0.hypervisor = "QEMU"
      $0.build.configuration = .debug
    }
    #expect(found == [.debugBuild, .virtualised(hypervisor: "QEMU")])
    #expect(found.map(\.severity) == [.warning, .information])
  }

  @Test(arguments: [
    Finding.debugBuild, .loaded(loadAverage: 1.5, cpus: 1), .governor("powersave"), .fewCPUs(1),
    .shortBacklog(somaxconn: 128, connections: 500), .virtualised(hypervisor: nil),
  ])
  func `a finding says what was found, why it matters and what to try`(finding: Finding) {
    for sentence in [finding.observation, finding.consequence, finding.remedy] {
      #expect(sentence.hasSuffix(".") && sentence.first?.isUppercase == true)
    }
    #expect(
      finding.description == "\(finding.observation) \(finding.consequence) \(finding.remedy)")
  }

  @Test func `a finding gives the figures it is about`() {
    let backlog = Finding.shortBacklog(somaxconn: 128, connections: 500)
    #expect(backlog.observation.contains("128"))
    #expect(backlog.remedy.contains("sysctl -w net.core.somaxconn=500"))
    #expect(Finding.fewCPUs(1).observation == "Server and client share 1 CPU.")
    #expect(Finding.fewCPUs(2).observation == "Server and client share 2 CPUs.")
    #expect(Finding.virtualised(hypervisor: "xen").observation.contains("(xen)"))
  }

  /// What is found on the quiet machine after one change.
  private func findings(
    connections: Int = 128, _ change: (inout Machine) -> Void
  ) -> [Finding] {
    var changed = machine()
    change(&changed)
    return Preflight.check(changed, connections: connections)
  }

  /// A machine without fault.
  private func machine() -> Machine {
    Machine(
      date: "2026-01-02T03:04:05Z",
      processor: Machine.Processor(
        architecture: "x86_64", logicalCPUs: 8, onlineCPUs: 8, governor: "performance"),
      virtualised: false,
      loadAverage: 0.1,
      network: Machine.Network(kind: .loopback, somaxconn: 4096),
      build: .example)
  }
}
