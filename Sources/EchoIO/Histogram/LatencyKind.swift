/// What a latency is the time of.
public enum LatencyKind: String, CaseIterable, Sendable {
  /// From just before a message is sent to its reply.
  case serviceTime = "service_time"
  /// From when a message was due to its reply.
  case responseTime = "response_time"
  /// From when a message was due to its sending.
  case sendLag = "send_lag"
  /// From connect(2) until a connection was made.
  case connectTime = "connect_time"
}
