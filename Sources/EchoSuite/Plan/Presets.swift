internal import Foundation

/// The suites that come with the tool: suite files like anybody's, kept in the program.
public enum Preset: String, CaseIterable, Sendable {
  case quick, seed

  /// The file, comments and all.
  public var text: String {
    switch self {
    case .quick: String(decoding: PackageResources.quick_yaml, as: UTF8.self)
    case .seed: String(decoding: PackageResources.seed_yaml, as: UTF8.self)
    }
  }

  public func suiteFile() throws -> SuiteFile {
    try SuiteFileReader.read(text, file: "preset \(rawValue)")
  }
}

extension SuiteFile {
  /// A suite without servers, for those that the command line adds.
  public static func onlyServers() throws -> SuiteFile {
    var file = try Preset.quick.suiteFile()
    file.name = "servers"
    file.about = ""
    file.sweep.entries = []
    return file
  }

  /// Reads somebody's own suite file.
  /// - Throws: `SuiteFileError`, with file and line.
  public static func read(path: String) throws -> SuiteFile {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SuiteFileError(file: path, line: nil, reason: "cannot be read; is the path right?")
    }
    return try SuiteFileReader.read(String(decoding: data, as: UTF8.self), file: path)
  }
}
