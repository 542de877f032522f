public import EchoIO

/// A suite as it is written down: what to sweep, how often, and for how long.
public struct SuiteFile: Equatable, Sendable {
  public var name: String
  /// A sentence for the head of the report.
  public var about: String
  public var goals: Goals
  public var duration: TimeSpan
  public var warmup: TimeSpan
  public var timeout: TimeSpan
  public var sweep: Sweep
  /// Count what a message costs each server, too.
  public var anatomy = false
  /// What gave the rates; nil where the file has them, or parts of them.
  public internal(set) var pilot: Pilot?
  /// Where servers and clients run; nil for this machine.
  public var hosts: Hosts?

  /// Fewer rounds decide nothing.
  public static let defaultRounds = Goals.standardFewest

  /// A suite for the servers that the command line adds: as the first of the presets measures.
  public static func withoutServers() throws -> SuiteFile {
    var file = try Preset.all[0].suiteFile()
    file.name = "servers"
    file.about = ""
    file.anatomy = false
    file.sweep.entries = []
    return file
  }

  /// Reads somebody's own suite file.
  /// - Throws: `SuiteFileError`, with file and line.
  public static func read(path: String) throws -> SuiteFile {
    let text: String?
    do {
      text = String(validating: try readFile(path, most: longest), as: UTF8.self)
    } catch {
      let reason = "cannot be read: \(error.reason)\(error.isMissing ? "; is the path right?" : "")"
      throw SuiteFileError(file: path, line: nil, reason: reason)
    }
    guard let text else {
      throw SuiteFileError(file: path, line: nil, reason: "is no text in UTF-8")
    }
    return try SuiteFileReader.read(text, file: path)
  }

  /// The presets have two kilobytes.
  private static let longest = ByteCount(1 << 20)

  /// Why a name cannot be a suite's, in words that follow it; nil when it can. It is the name of a
  /// folder, too.
  static func problem(ofName name: String) -> String? {
    let isPlain = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
    }
    let isUsable = isPlain && !name.isEmpty && !name.hasPrefix(".")
    return isUsable ? nil : "must be letters, digits, '-', '_' and '.'"
  }
}

extension SuiteFile {
  /// Why a text cannot be what a suite is about, in words that follow it; nil when it can. It may be a paragraph.
  static func problem(ofAbout about: String) -> String? {
    about.split(separator: "\n").contains { String($0).hasControlCharacters }
      ? "must not have control characters" : nil
  }
}

/// A suite file that cannot be used: where it is wrong, how, and what would be right.
public struct SuiteFileError: Error, Equatable, CustomStringConvertible {
  public let file: String
  /// From 1; nil when the whole file is meant.
  public let line: Int?
  public let reason: String

  public var description: String {
    line.map { "\(file):\($0): \(reason)" } ?? "\(file): \(reason)"
  }
}
