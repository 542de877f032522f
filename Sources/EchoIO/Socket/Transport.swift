internal import Glibc

/// What carries the connections of a load.
public enum Transport: String, CaseIterable, Codable, Sendable {
  /// Over IPv4.
  case tcp
  /// Over IPv6.
  case tcp6
  case unix

  /// What a socket is of.
  init(of descriptor: Int32) throws(SystemError) {
    self =
      switch try requireOption(of: descriptor, SOL_SOCKET, SO_DOMAIN) {
      case AF_UNIX: .unix
      case AF_INET6: .tcp6
      default: .tcp
      }
  }

  /// The address of this machine where a server of this transport is told to listen, that of its port
  /// left to the kernel; nil where it is a file.
  public var loopback: Address? {
    switch self {
    case .tcp: .internet(host: "127.0.0.1", port: 0)
    case .tcp6: .internet(host: "::1", port: 0)
    case .unix: nil
    }
  }

  /// Why this machine has no such loopback, and what to do; nil when it has.
  public var unavailability: String? { self == .tcp6 ? Self.unavailabilityOfIPv6 : nil }

  /// Tried once.
  private static let unavailabilityOfIPv6: String? = {
    do throws(SystemError) {
      _ = try Socket.listening(on: .internet(host: "::1", port: 0))
      return nil
    } catch {
      guard [EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.errno) else { return nil }
      return "this machine has no loopback of IPv6 ([::1]: \(error.reason)); is it switched off"
        + " (net.ipv6.conf.lo.disable_ipv6)?"
    }
  }()
}

extension Address {
  /// What carries connections to it; nil for a host name, which may stand for addresses of IPv4 and of
  /// IPv6.
  public var transport: Transport? {
    guard case .internet(let host, _) = self else { return .unix }
    // A zone (RFC 4007) is no part of the address.
    return NumericHost(String(host.prefix { $0 != "%" })).map {
      $0.family == AF_INET6 ? .tcp6 : .tcp
    }
  }
}
