import Laws

/// Holds the same but for rounding, as where numbers are added up in another order.
/// - Throws: `NotSo` where it is not.
func holdNear(_ found: Double?, _ expected: Double?, _ subject: String = "it") throws {
  guard let found, let expected else {
    return try hold(
      found == nil && expected == nil,
      "\(subject) is \(found as Any), and not \(expected as Any)")
  }
  try hold(
    abs(found - expected) <= 1e-9 * max(1, abs(expected)),
    "\(subject) is \(found), and not \(expected)")
}
