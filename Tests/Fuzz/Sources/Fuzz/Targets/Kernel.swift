import Foundation

@testable import EchoIO
@testable import EchoSuite

/// Texts of /proc and /sys, which are anybody's in a container, and what tools and supervisors say.
extension Target {
  static let kernel = [
    Target(text: "proc") { text in
      var total: UInt64 = 0
      if let stat = ProcessStat(text: text) {
        total += stat.user + stat.system + stat.childUser + stat.childSystem
        total += stat.minorFaults + stat.childMinorFaults
      }
      let usage = MachineUsage(cpuLine: text.prefix { $0 != "\n" })
      total += usage.busy + usage.idle + usage.stolen
      for cpu in ServerReading.cpus(text).prefix(64) { total += cpu.busy / 64 + cpu.softirq / 64 }
      for key in ["VmHWM", "Pss_Anon", "Pss_Shmem", "voluntary_ctxt_switches"] {
        // As kibibytes, and a thousand of them.
        total = max(total, (procValue(key, in: text) ?? 0) << 10 * 16)
      }
      total = max(total, schedulingValue("nr_voluntary_switches", in: text) ?? 0)
      let times = schedulingTimes(in: text)
      total = max(total, times.running + times.waiting)
      let tcp = ServerReading.TCP(snmp: text, netstat: text)
      law(tcp - tcp == tcp - tcp, "a difference is another")
      law((1...65_536).contains(PortNeed.ports(in: text)), "there are no such ports")
    },
    Target(text: "listeners") { text in
      Scratch.write(text, to: "table")
      _ = Listeners.tcpInodes(Scratch.path("table")) { $0.hasSuffix(":61A8") }
      _ = Listeners.unixInodes("/tmp/echo", in: Scratch.path("table"))
    },
    // Files, each below a line `== PATH`.
    Target(text: "machine-files", allowance: 4 << 20) { text in
      Scratch.fill("root", with: text)
      let machine = Surroundings(
        root: Scratch.path("root"), build: build, searchPath: ["usr/bin"], pause: {})
      lawOfMachine(machine.machine)
      for line in "\(Checkup(of: machine))".split(separator: "\n") {
        law(!String(line).hasControlCharacters, "a finding steers a terminal: \(line)")
      }
    },
    Target(text: "supervisor") { text in
      for line in text.split(separator: "\n") {
        guard let end = ProcessEnd(message: line) else { continue }
        law(ProcessEnd(message: end.message[...]) == end, "\(end) is another end")
        law(!"\(end)".isEmpty, "an end without words")
      }
      if let total = InstructionCounter.total(in: text) { law(total > 0, "nothing was counted") }
    },
    Target("start") { bytes in
      Scratch.write(bytes, to: "start")
      let file = open(Scratch.path("start"), O_RDONLY)
      defer { close(file) }
      do throws(SystemError) {
        _ = try StartLine.read(from: file, until: stop)
      } catch {
        lawOfWords("\(error)")
      }
    },
  ]

  private static let build = Machine.Build(
    version: Version.number, configuration: .release, compiler: nil, revision: nil)
  private static let stop = try! StopSignal()

  /// Whatever describes a machine, its description is one that is read.
  private static func lawOfMachine(_ machine: Machine) {
    guard let written = try? JSONEncoder().encode(machine) else {
      return law(false, "a machine that cannot be written")
    }
    law(
      (try? JSONDocument.decode(Machine.self, from: written)) == machine,
      "another machine is read")
  }
}
