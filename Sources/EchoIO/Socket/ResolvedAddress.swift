/// An address that has been looked up: everything that its host name stands for.
///
/// Whoever makes many connections looks the name up once, and passes the same value for each: the
/// first that is made decides which of the addresses all of them go to.
public struct ResolvedAddress: Sendable {
  public let address: Address
  /// In the resolver's order (RFC 6724), at least one.
  private(set) var candidates: [SocketAddress]

  /// - Throws: `SystemError`, in the resolver's words.
  public init(_ address: Address) throws(SystemError) {
    self.init(address, try SocketAddress.all(of: address))
  }

  init(_ address: Address, _ candidates: [SocketAddress]) {
    precondition(!candidates.isEmpty, "a name that is known stands for something")
    self.address = address
    self.candidates = candidates
  }

  mutating func settle(on candidate: SocketAddress) {
    candidates = [candidate]
  }
}
