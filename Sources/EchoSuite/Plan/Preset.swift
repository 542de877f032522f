/// A suite that comes with the tool: a suite file like anybody's, kept in the program.
public struct Preset: Hashable, Sendable {
  /// What its file says it is called.
  public let name: String
  /// The file, comments and all.
  public let text: String

  /// Every file of `Presets/`, in the order of the help.
  public static let all = [
    PackageResources.quick_yaml,
    PackageResources.seed_yaml,
    PackageResources.scale_yaml,
    PackageResources.latency_yaml,
    PackageResources.depth_yaml,
  ].map { Preset(text: String(decoding: $0, as: UTF8.self)) }

  public static func named(_ name: String) -> Preset? { all.first { $0.name == name } }

  /// - Parameter text: a suite file with its name on a line of its own.
  private init(text: String) {
    let key = "name: "
    let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
    name = line.map { String($0.dropFirst(key.count)) } ?? ""
    self.text = text
  }

  public func suiteFile() throws -> SuiteFile {
    try SuiteFileReader.read(text, file: "preset \(name)")
  }
}
