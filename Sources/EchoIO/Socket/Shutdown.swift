internal import Glibc

/// Ends both directions of a connection (shutdown(2)).
///
/// For files that import CLinux: where one of them names SHUT_RDWR, the compiler takes it to be CLinux's, and
/// files that do not import that fail to build, or not, as they happen to be compiled together.
func shutDown(_ connection: Int32) {
  shutdown(connection, Int32(SHUT_RDWR))
}
