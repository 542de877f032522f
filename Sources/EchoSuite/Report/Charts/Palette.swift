/// The style sheets that paint drawings, one place for colours and type.
enum Palette {
  /// Of a file by itself: it follows the reader's scheme.
  static var standalone: String {
    """
    \(type)\(rules { $0.light } text: { $0.lightText })\
    @media (prefers-color-scheme: dark) {
    \(rules { $0.dark } text: { $0.darkText })}

    """
  }

  static let type = """
    text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
    .small { font-size: 11.5px; } .strong { font-weight: 600; }
    .title { font-size: 16px; font-weight: 600; } .o { fill: none; }

    """

  /// One line for each paint.
  /// - Parameters:
  ///   - colour: of what is filled or drawn.
  ///   - text: of words.
  static func rules(_ colour: (Paint.Colours) -> String, text: (Paint.Colours) -> String) -> String
  {
    ".hollow { fill: \(colour(Paint.card.colours)); }\n"
      + Paint.allCases.map { paint in
        let (colour, text, name) = (colour(paint.colours), text(paint.colours), paint.rawValue)
        return
          ".f.\(name) { fill: \(colour); } .o.\(name) { stroke: \(colour); } .t.\(name) { fill: \(text); }\n"
      }.joined()
  }
}
