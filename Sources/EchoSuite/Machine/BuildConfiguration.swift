internal import EchoIO

/// How this very binary was built: a debug build is an order slower and measures itself.
public enum BuildConfiguration: String, Codable, Sendable {
  case release, debug

  public static let current = isDebugBuild ? BuildConfiguration.debug : .release

  /// Said on stderr wherever a debug build serves or measures; nil for a release build.
  public var complaint: String? {
    switch self {
    case .release: nil
    case .debug: "this is a debug build: its figures mean nothing. Build with -c release."
    }
  }
}
