internal import CLinux

/// Whether this is a debug build, which is an order slower and measures itself.
#if DEBUG
  public let isDebugBuild = true
#else
  public let isDebugBuild = false
#endif

/// What this program was compiled with, as `Swift 6.3, Clang 21.0.0 (…)`. Swift tells its version
/// to conditional compilation only; the Clang of the same toolchain names its commit.
public var compilerDescription: String {
  let clang = String(cString: clinux_compiler())
  #if compiler(>=6.4)
    return "Swift 6.4 or newer, \(clang)"
  #else
    return "Swift 6.3, \(clang)"
  #endif
}
