internal import CLinux

/// Whether what a socket is connected to is of another machine, or of another network namespace of this
/// one: over loopback, and to an address of its own, the kernel connects from the same address.
func isRemote(_ descriptor: Int32) -> Bool {
  guard let own = try? SocketAddress(boundTo: descriptor),
    let peer = try? SocketAddress(ofPeer: descriptor), peer.host != nil
  else { return false }
  return !peer.isLoopback4 && own.host != peer.host
}

/// Segments that the kernel has sent again on a TCP connection so far (tcpi_total_retrans of TCP_INFO,
/// tcp(7)); nil where it does not tell.
func retransmits(of descriptor: Int32) -> UInt64? {
  let count = clinux_retransmits(descriptor)
  return count < 0 ? nil : UInt64(count)
}
