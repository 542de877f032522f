/// How evenly something is shared out: 1 when all have the same, k/n when k of n have the same and the
/// others nothing. Nil when there is nothing to share.
///
/// Jain, Chiu & Hawe, "A Quantitative Measure of Fairness and Discrimination for Resource Allocation
/// in Shared Computer Systems", DEC Research Report TR-301, 1984: (Σx)² ÷ (n Σx²).
func jainIndex(_ shares: some Collection<Int>) -> Double? {
  var (sum, squares) = (0.0, 0.0)
  for share in shares {
    sum += Double(share)
    squares += Double(share) * Double(share)
  }
  return squares > 0 ? sum * sum / (Double(shares.count) * squares) : nil
}
