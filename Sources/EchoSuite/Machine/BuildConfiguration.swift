/// How this very binary was built: a debug build is an order slower and measures itself.
public enum BuildConfiguration: String, Codable, Sendable {
  case release, debug

  #if DEBUG
    public static let current = BuildConfiguration.debug
  #else
    public static let current = BuildConfiguration.release
  #endif

  /// Said on stderr wherever a debug build serves or measures; nil for a release build.
  public var complaint: String? {
    switch self {
    case .release: nil
    case .debug: "this is a debug build: its figures mean nothing. Build with -c release."
    }
  }
}
