/// One step of a small random source: from each state, the next number and the next state.
///
/// The constants and the mixing are those of Steele, Lea & Flood, "Fast Splittable Pseudorandom
/// Number Generators", OOPSLA 2014, in the variant of Vigna's reference implementation.
public func splitMix64(_ state: inout UInt64) -> UInt64 {
  // 2⁶⁴ divided by the golden ratio, made odd: every state is visited once per period.
  state &+= 0x9E37_79B9_7F4A_7C15
  var mixed = state
  mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
  mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
  return mixed ^ (mixed >> 31)
}
