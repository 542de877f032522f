/// Why a text is no histogram of this program's, or two histograms cannot be one.
public enum HistogramError: Error, Equatable, CustomStringConvertible {
  case notBase64
  case truncated
  case surplus(bytes: Int)
  case otherForm(cookie: UInt32)
  case otherLayout(String)
  case notDeflated
  case tooLarge(most: Int)
  case beyondLayout
  case tooManyCounted
  case tooLong
  case otherExtremes

  public var description: String {
    switch self {
    case .notBase64: "it is not Base64 with padding and without line breaks (RFC 4648)"
    case .truncated: "it ends too early"
    case .surplus(let bytes): "it goes on behind its end, for \(plural(bytes, "byte"))"
    case .otherForm(let cookie):
      "it is not HdrHistogram's compressed V2 form: there is \(hexadecimal(cookie)) for a cookie"
    case .otherLayout(let what): "its buckets are others than this program's: it has \(what)"
    case .notDeflated: "what is compressed in it is damaged"
    case .tooLarge(let most): "it inflates to more than the \(most) bytes that a histogram can have"
    case .beyondLayout: "it counts values of more than an hour"
    case .tooManyCounted: "its counts add up to 2⁶³ or more"
    case .tooLong: "its times add up to 2⁶⁴ ns or more"
    case .otherExtremes: "the minimum, maximum and mean beside it are not those of its counts"
    }
  }
}

private func hexadecimal(_ number: UInt32) -> String { "0x" + String(number, radix: 16) }
