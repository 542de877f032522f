import EchoIO
import FoundationEssentials
import Testing

@testable import EchoSuite

/// Every check, against files of a machine that is fine, of one that is not, and of none.
struct CheckTests {
  @Test func `a machine without fault has no finding, and nothing that is not known`() async throws
  {
    let checkup = try await checkup()
    for (check, answer) in checkup.answers {
      guard case .fine(let words) = answer else {
        Issue.record("\(check.key): \(answer)")
        continue
      }
      #expect(words.hasSuffix("."), "\(words)")
    }
    #expect(checkup.findings == [])
    #expect(
      checkup.description.hasPrefix(
        "Nothing that is known of spoils measurements here (26 checks).\n"))
  }

  @Test func `where nothing can be read nothing is found, and nothing is fine`() async throws {
    let checkup = try await FileTree.with([:]) { tree in
      Checkup(of: Surroundings(root: tree.root, build: .example, searchPath: []) { _ in nil })
    }
    let known = checkup.answers.filter { if case .unknown = $0.answer { false } else { true } }
    // Of these the program itself knows.
    #expect(known.map(\.check.key) == ["build", "io_uring", "libuv"])
    #expect(checkup.findings == [])
  }

  @Test(arguments: MachineFixture.faults.indices)
  func `each fault is found alone, with what to type`(index: Int) async throws {
    let (key, files, observation, command) = MachineFixture.faults[index]
    let checkup = try await checkup(files)
    let found = checkup.findings
    #expect(found.map(\.key) == [key])
    let finding = try #require(found.first)
    #expect(finding.observation.contains(observation), "\(finding.observation)")
    #expect(finding.command.line.hasPrefix(command), "\(finding.command.line)")
    for sentence in [finding.observation, finding.consequence, finding.remedy] {
      #expect(sentence.hasSuffix(".") && sentence.first?.isUppercase == true, "\(sentence)")
    }
    #expect(checkup.description.contains(finding.command.line))
  }

  @Test func `every check has a fault among the tests`() {
    let others = ["build", "busy", "stolen", "io_uring", "libuv", "tools"]
    #expect(Set(MachineFixture.faults.map(\.0) + others) == Set(Check.all.map(\.key)))
    #expect(Set(Check.all.map(\.key)).count == Check.all.count)
  }

  @Test func `a debug build is found`() async throws {
    var build = Machine.Build.example
    build.configuration = .debug
    #expect(try await checkup(build: build).findings.map(\.key) == ["build"])
  }

  @Test func `what is not installed is named by its packages`() async throws {
    let checkup = try await FileTree.with(MachineFixture.fine) { tree in
      let folders = ["/usr/bin"]
      try FileManager.default.removeItem(atPath: tree.root + "usr/bin/perf")
      try FileManager.default.removeItem(atPath: tree.root + "usr/bin/valgrind")
      return Checkup(
        of: Surroundings(root: tree.root, build: .example, searchPath: folders) { _ in nil })
    }
    #expect(
      checkup.findings.map(\.command.line) == ["sudo apt-get install valgrind linux-perf"])
  }

  @Test(arguments: [
    (
      "built without liburing: install liburing-dev and build with the Liburing trait", "0",
      "sudo apt-get install liburing-dev && scripts/build"
    ),
    ("io_uring is switched off here", "2", "sudo sysctl -w kernel.io_uring_disabled=0"),
    (
      "this process may not use io_uring", "0",
      "docker run --security-opt seccomp=unconfined IMAGE"
    ),
  ])
  func `io_uring is forbidden in several ways`(
    reason: String, setting: String, command: String
  ) async throws {
    let files = [
      "proc/sys/kernel/io_uring_disabled": setting,
      "proc/self/status": "Seccomp: 2\nCpus_allowed_list: 0-7\n",
    ]
    let found = try await checkup(files) { $0 == "io_uring" ? reason : nil }.findings
    let finding = try #require(found.first)
    #expect(finding.key == "io_uring" && finding.observation.contains(reason))
    #expect(finding.command.line == command)
  }

  @Test func `a build without libuv is found`() async throws {
    let found = try await checkup { $0 == "libuv" ? "built without libuv" : nil }.findings
    #expect(found.map(\.key) == ["libuv"])
    #expect(found.first?.command.line == "sudo apt-get install libuv1-dev && scripts/build")
  }

  // MARK: - What is watched for a while

  @Test func `other processes and stolen time are found, our own is not`() async throws {
    let before = [
      "proc/7/stat": "7 (busy) R 1 7 7 0 -1 0 0 0 0 0 100 50 0 0 20 0 1 0 1 0 0\n",
      "proc/8/stat": "8 (\u{1b}[2Jevil) x) S 1 8 8 0 -1 0 0 0 0 0 10 0 0 0 20 0 1 0 1 0 0\n",
      "proc/9/stat": "9 (own) R 1 9 9 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0\n",
      "proc/10/stat": "10 (idle) S 1 9 9 0 -1 0 0 0 0 0 5 5 0 0 20 0 1 0 1 0 0\n",
    ]
    // Half a second on two CPUs, of which a tenth was stolen.
    let after = [
      "proc/stat": "cpu  50 0 30 110 0 0 0 10 0 0\ncpu0 0 0\ncpu1 0 0\n",
      "proc/7/stat": "7 (busy) R 1 7 7 0 -1 0 0 0 0 0 120 60 0 0 20 0 1 0 1 0 0\n",
      "proc/8/stat": "8 (\u{1b}[2Jevil) x) S 1 8 8 0 -1 0 0 0 0 0 50 0 0 0 20 0 1 0 1 0 0\n",
      "proc/9/stat": "9 (own) R 1 9 9 0 -1 0 0 0 0 0 50 0 0 0 20 0 1 0 1 0 0\n",
    ]
    let checkup = try await checkup(
      before,
      meanwhile: { tree in
        for (path, content) in after { try? tree.write(content, to: path) }
      })
    let findings = checkup.findings
    #expect(findings.map(\.key) == ["busy", "stolen"])
    #expect(
      findings[0].observation
        == "Other processes use CPUs now: evil) x (process 8, 80 %), busy (process 7, 60 %).")
    #expect(findings[0].command.line == "ps -o pid,user,pcpu,etime,args -p 8,7")
    #expect(findings[1].observation.hasPrefix("A hypervisor gives 10.0 %"))
    #expect(!checkup.description.contains("\u{1b}"))
  }

  @Test func `without a while nothing is known of what else runs`() async throws {
    let checkup = try await FileTree.with(MachineFixture.fine) { tree in
      Checkup(
        of: Surroundings(root: tree.root, build: .example, searchPath: ["usr/bin"]) { _ in nil })
    }
    let unknown = checkup.answers.filter { if case .unknown = $0.answer { true } else { false } }
    #expect(unknown.map(\.check.key) == ["busy", "stolen"])
  }

  // MARK: - Nonsense

  @Test(arguments: ["", "\n\n", "nonsense", "-1", "\u{1b}[31m\u{7}", "9999999999999999999999 1 x"])
  func `nonsense in every file neither steers a terminal nor ends the program`(
    text: String
  ) async throws {
    let files = MachineFixture.fine.mapValues { _ in text }
    let checkup = try await checkup(files)
    #expect(
      !checkup.description.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    let json = String(decoding: try JSONEncoder().encode(checkup), as: UTF8.self)
    #expect(!json.contains("\\u00"))
  }

  private func checkup(
    _ files: [String: String] = [:], build: Machine.Build = .example,
    unavailability: @escaping @Sendable (String) -> String? = { _ in nil },
    meanwhile: @escaping (FileTree) -> Void = { tree in
      try? tree.write("cpu  20 0 20 160 0 0 0 0 0 0\ncpu0 0\ncpu1 0\n", to: "proc/stat")
    }
  ) async throws -> Checkup {
    try await FileTree.with(MachineFixture.fine.merging(files) { $1 }) { tree in
      let surroundings = Surroundings(
        root: tree.root, build: build, searchPath: ["usr/bin"], unavailability: unavailability,
        own: 9, pause: { meanwhile(tree) })
      return Checkup(of: surroundings)
    }
  }
}
