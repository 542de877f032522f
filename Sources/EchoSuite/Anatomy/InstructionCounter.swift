internal import EchoIO
internal import Foundation

/// Counts instructions of backends in user space under callgrind (valgrind(1)), as the difference of two
/// runs: what the start and the end of the process cost is in both.
///
/// A command's start would be another each time, an interpreter's by millions of instructions.
struct InstructionCounter: Sendable {
  let program: Program

  /// What this machine has not, in words.
  struct Unavailable: Error {
    let reason: String
  }

  /// Instructions per message of a server.
  /// - Parameter serving: has it serve below callgrind, for a longer or a shorter time, and returns how
  ///   many messages it has echoed.
  /// - Throws: ``Unavailable``; what `serving` throws.
  func perMessage(
    of server: Server, _ serving: (ServerProcess.Wrapping, _ isLong: Bool) throws -> Double
  ) throws -> Double {
    guard case .backend(let name) = server.kind else {
      throw Unavailable(reason: "counted for the backends of this program only")
    }
    if let reason = Backends.named(name)?.instructionsUnavailability {
      throw Unavailable(reason: reason)
    }
    if BuildConfiguration.current == .debug {
      throw Unavailable(reason: "those of a debug build mean nothing: build with scripts/build")
    }
    let folder = try Self.folder()
    let stripped = try stripped(into: folder)
    let runs = try [false, true].map { isLong in
      let file = folder.path("callgrind.\(isLong)")
      let messages = try serving(try wrapping(stripped, file), isLong)
      return (messages: messages, instructions: try Self.total(file))
    }
    let messages = runs[1].messages - runs[0].messages
    guard messages >= Anatomy.fewestMessages else {
      throw Unavailable(
        reason: "too few messages came back under valgrind: try a longer --duration")
    }
    let instructions = runs[1].instructions - runs[0].instructions
    guard instructions > 0 else {
      throw Unavailable(reason: "more messages took fewer instructions: try a longer --duration")
    }
    return instructions / messages
  }

  private static func folder() throws -> ScratchFolder {
    do throws(SystemError) {
      return try ScratchFolder()
    } catch {
      throw Unavailable(reason: "no folder for callgrind's file: \(error)")
    }
  }

  private func wrapping(_ program: String, _ file: String) throws -> ServerProcess.Wrapping {
    let valgrind = try Self.tool("valgrind", package: "valgrind")
    return ServerProcess.Wrapping(
      words: ["/usr/bin/env"] + Self.steady + [
        valgrind, "--tool=callgrind", "--quiet", "--callgrind-out-file=\(file)",
      ], program: program)
  }

  /// Hashes that are the same in each run, and the C library's functions of the oldest x86-64: which
  /// there are else depends on the CPU.
  private static let steady = [
    "SWIFT_DETERMINISTIC_HASHING=1",
    "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX512F,-BMI2,-ERMS,-FSRM",
  ]

  /// The number behind `totals:` of what callgrind leaves.
  private static func total(_ file: String) throws -> Double {
    let text = (try? String(contentsOf: URL(filePath: file), encoding: .utf8)) ?? ""
    guard let total = total(in: text) else {
      throw Unavailable(reason: "callgrind counted nothing")
    }
    return total
  }

  static func total(in text: String) -> Double? {
    let line = text.split(separator: "\n").last { $0.hasPrefix("totals:") }
    return line?.split(separator: " ").last.flatMap { UInt64($0) }.flatMap {
      $0 > 0 ? Double($0) : nil
    }
  }

  /// A copy of this program without debug information, over which valgrind may give up.
  private func stripped(into folder: ScratchFolder) throws -> String {
    let tool = try Self.tool("objcopy", package: "binutils")
    let copy = folder.path("echobench")
    let child = try ChildProcess(
      path: tool, ["objcopy", "--strip-debug", program.pathForOthers, copy])
    defer { child.kill() }
    _ = wait(beside: [child], atMost: .seconds(30)) { child.end != nil }
    guard child.end == .exited(0) else {
      let said = complaint(in: child.errors) ?? "no reason given"
      throw Unavailable(reason: "objcopy failed: \(said)")
    }
    return copy
  }

  private static func tool(_ name: String, package: String) throws -> String {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let files = folders.map { "\($0)/\(name)" }
    guard let file = files.first(where: FileManager.default.isExecutableFile) else {
      throw Unavailable(reason: "\(name) is missing: apt-get install \(package)")
    }
    return file
  }
}
