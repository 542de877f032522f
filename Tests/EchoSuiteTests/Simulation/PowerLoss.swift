import Foundation
import Laws

@testable import EchoSuite

/// What a power failure may make of the files of a suite's folder.
///
/// A file of lines has grown by its last line when it comes, of which each block may be on the disk or
/// not, whatever the file's length says; and a disk that lies may lose, or have as it was, the last
/// block of what had been flushed before. What is renamed into its place has its new content or its old
/// one, and what was to be renamed may be there with any part of it.
struct PowerLoss {
  let folder: String
  private var random: Draw
  private let block: Int

  /// - Parameter random: draws what happens.
  init(in folder: String, _ random: inout Draw) {
    self.folder = folder
    block = random.one(of: [512, 4096])
    self.random = Draw(seed: random.next())
  }

  mutating func strike() throws {
    for file in [TrialLog.File.trials, .anatomies] { try strikeLines(of: file.rawValue) }
    for report in ReportFormat.allCases { try strikeReport(report.fileName) }
    for name in TrialLog.File.allCases.map(\.rawValue) + ReportFormat.allCases.map(\.fileName)
    where random.chance(10) {
      try leaveBehind(name)
    }
  }

  private mutating func strikeLines(of name: String) throws {
    guard let old = read(name), !old.isEmpty else { return }
    let lastLine = old.dropLast().lastIndex(of: Self.feed).map { $0 + 1 } ?? 0
    switch random.int(0...5) {
    case 0: try write(name, tornLine(old, from: lastLine))
    case 1: try write(name, old.prefix(random.int(lastLine...old.count)))
    case 2...3: try write(name, lastBlockDamaged(old))
    default: break
    }
  }

  /// Of the blocks that the last line is in, some are as they were before it.
  private mutating func tornLine(_ old: Data, from start: Int) -> Data {
    var torn = old
    for begin in stride(from: start / block * block, to: old.count, by: block)
    where random.chance(50) {
      for place in max(begin, start)..<min(begin + block, old.count) { torn[place] = 0 }
    }
    return random.chance(50) ? torn : torn.prefix(random.int(start...old.count))
  }

  private mutating func strikeReport(_ name: String) throws {
    guard let old = read(name), !old.isEmpty, random.chance(60) else { return }
    switch random.int(0...2) {
    case 0: try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    default: try write(name, lastBlockDamaged(old))
    }
  }

  /// Truncated, zeros, or as it was before some of it was written.
  mutating func lastBlockDamaged(_ old: Data) -> Data {
    let begin = (old.count - 1) / block * block
    switch random.int(0...2) {
    case 0: return old.prefix(random.int(begin...old.count - 1))
    case 1: return old.prefix(begin) + Data(count: old.count - begin)
    default:
      let kept = random.int(begin...old.count - 1)
      return old.prefix(kept) + Data(count: old.count - kept)
    }
  }

  /// A file that was to replace the one of that name.
  private mutating func leaveBehind(_ name: String) throws {
    let content = read(name) ?? Data("{\n  \"".utf8)
    try write(
      "\(name).echobench-new-\(random.int(0...99_999))", content.prefix(random.int(0...300)))
  }

  private func read(_ name: String) -> Data? {
    FileManager.default.contents(atPath: "\(folder)/\(name)")
  }

  private func write(_ name: String, _ content: Data) throws {
    // From the beginning, whatever it was a part of.
    try Data(content).write(to: URL(filePath: "\(folder)/\(name)"))
  }

  private static let feed = UInt8(ascii: "\n")
}
