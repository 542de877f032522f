/// What a shape stands for. Colours are those of Okabe and Ito ("Color universal design", 2008), darker
/// for words on white and lighter in the dark; none stands alone for what it says.
enum Paint: String, CaseIterable, Sendable {
  /// What a picture lies on.
  case card
  /// Words and marks that are read first; those beside them; lines behind them.
  case ink, muted, grid
  /// Where differences are none.
  case zone
  /// Better and worse than the reference, and neither.
  case more, fewer, tie
  /// Kernel's and a program's own time.
  case kernel, own
  /// Servers of a picture in their order, or steps of a scale.
  case series1, series2, series3, series4, series5, series6, series7
  /// How far below the best a cell of a map is: a little, more, much.
  case below1, below2, below3

  struct Colours: Equatable, Sendable {
    let light: String
    let dark: String
    /// Of words.
    let lightText: String
    let darkText: String

    init(_ light: String, _ dark: String, text: (light: String, dark: String)? = nil) {
      (self.light, self.dark) = (light, dark)
      (lightText, darkText) = text ?? (light, dark)
    }
  }

  var colours: Colours {
    switch self {
    case .card: Colours("#ffffff", "#0d1117")
    case .ink: Colours("#1b1f24", "#e6edf3")
    case .muted: Colours("#59636e", "#9198a1")
    case .grid: Colours("#dfe3e8", "#30363d")
    case .zone: Colours("#e9edf1", "#21262d")
    case .more: Colours("#0072b2", "#56b4e9", text: ("#00588a", "#6cc0f0"))
    case .fewer: Colours("#d55e00", "#f58d42", text: ("#a04600", "#ffa061"))
    case .tie: Colours("#6b7580", "#8b949e", text: ("#59636e", "#9198a1"))
    case .kernel: Colours("#6a8caf", "#7aa2cc", text: ("#3f6184", "#9dbfe2"))
    case .own: Colours("#e69f00", "#e69f00", text: ("#8a5f00", "#f0b429"))
    case .series1: Colours("#0072b2", "#56b4e9", text: ("#00588a", "#6cc0f0"))
    case .series2: Colours("#d55e00", "#f58d42", text: ("#a04600", "#ffa061"))
    case .series3: Colours("#009e73", "#2cc295", text: ("#00704f", "#3fd1a5"))
    case .series4: Colours("#aa4a86", "#cc79a7", text: ("#8b3a6e", "#dd93bb"))
    case .series5: Colours("#b07a00", "#e69f00", text: ("#805a00", "#f0b429"))
    case .series6: Colours("#1b1f24", "#e6edf3")
    case .series7: Colours("#2f8fc4", "#8fd0f5", text: ("#1c6c99", "#8fd0f5"))
    case .below1: Colours("#fbe3d0", "#43301f")
    case .below2: Colours("#f2b184", "#7a4a22")
    case .below3: Colours("#d9722c", "#b5631f")
    }
  }
}
